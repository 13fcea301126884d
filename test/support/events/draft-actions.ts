import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { removeDraft, saveDraft } from '../../../src/modules/drafts/drafts.contract.js';
import type { ScheduledMessageDto } from '../../../src/modules/scheduled-messages/dto/scheduled-message.dto.js';
import {
  cancelScheduledMessage,
  scheduleMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { type TestAction, type ConnectedUser } from './event-sufficiency.js';
import { makeScheduledMessageDue } from '../features/due-times.js';
import { expectData } from '../clients/transports.js';

/** Actions on drafts and scheduled messages. */
export const DRAFT_ACTIONS: Record<string, TestAction> = {
  'saved and removed drafts': async ({ alice, carol, group: conversationId, question }) => {
    const thread = { conversationId, threadRootId: question.id };
    await expectData(alice.transport.request(saveDraft, { conversationId, content: 'So' }));
    await expectData(alice.transport.request(saveDraft, { ...thread, content: 'And', mentions: [carol.id] }));
    await expectData(
      carol.transport.request(saveDraft, { ...thread, content: 'But', replyToId: question.id }),
    );
    await expectData(carol.transport.request(removeDraft, thread));
  },
  'scheduled messages: updated, cancelled, sent': async ({ alice, carol, group, question }) => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const schedule = ({ transport }: ConnectedUser, more: object = {}): Promise<ScheduledMessageDto> =>
      expectData(
        transport.request(scheduleMessage, { conversationId: group, content: 'Later', sendAt, ...more }),
      );
    const [updated, cancelled, sent] = [
      await schedule(alice, { mentions: [carol.id] }),
      await schedule(alice),
      await schedule(carol, { replyToId: question.id }),
    ];
    await expectData(
      alice.transport.request(updateScheduledMessage, {
        scheduledMessageId: updated.id,
        content: 'Otherwise',
      }),
    );
    await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId: cancelled.id }));
    await expectData(carol.transport.request(sendScheduledMessage, { scheduledMessageId: sent.id }));
  },
  'due scheduled messages, one of them rejected': async ({ alice, bob, dm, group, database }) => {
    const sendAt = new Date(Date.now() + 60_000).toISOString();
    const waiting: string[] = [];
    for (const conversationId of [group, dm]) {
      const about = { conversationId, content: 'Later', sendAt };
      waiting.push((await expectData(alice.transport.request(scheduleMessage, about))).id);
    }
    await expectData(bob.transport.request(addBlock, { userId: alice.id }));
    for (const id of waiting) await makeScheduledMessageDue(database, id);
    await alice.device.waitForEvents(4, 'scheduled_message.updated');
  },
  'scheduled message of a member who leaves': async ({ carol, group: conversationId }) => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    await expectData(carol.transport.request(scheduleMessage, { conversationId, content: 'Later', sendAt }));
    await expectData(carol.transport.request(removeMember, { conversationId, userId: 'me' }));
  },
};
