import { deleteMessage } from '../../../src/modules/messages/messages.contract.js';
import type { ScheduledMessageDto } from '../../../src/modules/scheduled-messages/dto/scheduled-message.dto.js';
import {
  cancelScheduledMessage,
  listScheduledMessages,
  sendScheduledMessage,
} from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import {
  inMs,
  schedule,
  listWaiting,
  expectNoTrace,
} from '../../support/features/scheduled-message-commands.js';

const MAX_QUEUED = 100;

describe('The list of scheduled messages', () => {
  bothTransports(
    'is ordered by time and read page by page, for one conversation or all, and has a limit',
    async (context) => {
      const { alice, dm } = context;
      const [one, two] = [await dm('bob'), await dm('carol')];
      const times = Array.from({ length: MAX_QUEUED }, (_item, index) =>
        inMs(3_600_000 + ((index * 37) % 50) * 1_000),
      );
      for (const [index, sendAt] of times.entries())
        await expectData(
          schedule(alice, index % 4 === 0 ? two : one, { sendAt, content: `Number ${index}` }),
        );
      expect(await expectErrorCode(schedule(alice, one))).toBe('too_many_scheduled');

      const all: ScheduledMessageDto[] = [];
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const page = await expectData(alice.rest.request(listScheduledMessages, { limit: 30, cursor }));
        all.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      }
      expect(all.map(({ sendAt }) => sendAt)).toEqual([...times].sort());
      expect(new Set(all.map(({ id }) => id)).size).toBe(MAX_QUEUED);
      expect(await listWaiting(alice, { conversationId: two, limit: 100 })).toEqual(
        all.filter(({ conversationId }) => conversationId === two),
      );
      await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId: all[0]!.id }));
      await expectData(schedule(alice, one));
      await alice.device.waitForEvents(MAX_QUEUED + 2, 'scheduled_message.updated');
    },
  );

  bothTransports('contains no content of a deleted message', async (context) => {
    const { alice, bob, dm } = context;
    const conversationId = await dm();
    const { id: scheduledMessageId } = await expectData(schedule(alice, conversationId));
    const { messageId } = await expectData(
      alice.transport.request(sendScheduledMessage, { scheduledMessageId }),
    );
    await expectData(alice.transport.request(deleteMessage, { messageId: messageId! }));
    await bob.device.waitForEvents(1, 'message.deleted');
    await expectNoTrace(context, { andMessages: true });
  });
});
