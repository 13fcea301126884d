import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { getMessage } from '../../../src/modules/messages/messages.contract.js';
import {
  cancelScheduledMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { makeScheduledMessageDue, makeSendJobDue } from '../../support/features/due-times.js';
import {
  YEAR_MS,
  NO_CONTENT,
  inMs,
  schedule,
  readMessages,
  listWaiting,
  untilJobsComplete,
  expectNoTrace,
} from '../../support/features/scheduled-message-commands.js';

describe('A scheduled message', () => {
  bothTransports('is sent at its time, and visible to its sender only until then', async (context) => {
    const { alice, bob, dm, observe, server } = context;
    const conversationId = await dm();
    const second = await alice.connectDevice();
    const sendAt = inMs(60_000);
    const scheduled = await expectData(schedule(alice, conversationId, { sendAt, clientId: 'mine' }));
    expect(scheduled).toMatchObject({
      state: 'scheduled',
      content: 'Later',
      sendAt,
      messageId: null,
      accountVersion: 2,
    });
    expect(await listWaiting(alice)).toEqual([scheduled]);
    expect(await listWaiting(bob)).toEqual([]);

    const dueAt = await makeScheduledMessageDue(server.database, scheduled.id);
    const [sent] = (await observe('message.new', 1)) as unknown as MessageDto[];
    expect(sent).toMatchObject({ content: 'Later', senderId: alice.id, type: 'text', seq: 1 });
    expect(Date.parse(sent!.createdAt)).toBeGreaterThanOrEqual(Date.parse(dueAt));
    for (const device of [alice.device, second]) {
      const [first, last] = await device.waitForEvents(2, 'scheduled_message.updated');
      expect(first).toEqual(scheduled);
      expect(last).toMatchObject({
        ...NO_CONTENT,
        id: scheduled.id,
        state: 'sent',
        messageId: sent!.id,
        accountVersion: 3,
      });
    }
    expect(bob.device.events.map(({ name }) => name)).not.toContain('scheduled_message.updated');
    expect(await listWaiting(alice)).toEqual([]);
    expect(await readMessages(bob, conversationId)).toEqual([sent]);
    const again = await expectData(schedule(alice, conversationId, { sendAt, clientId: 'mine' }));
    expect(again).toMatchObject({ id: scheduled.id, state: 'sent' });
    await expectNoTrace(context);
  });

  bothTransports('is sent when the database clock reaches its time', async ({ alice, dm, observe }) => {
    const conversationId = await dm();
    let sendAt = '';
    // On a slow machine the time may pass before the request arrives.
    await waitUntil(
      async () => (await schedule(alice, conversationId, { sendAt: (sendAt = inMs(1_500)) })).ok,
    );
    const [sent] = (await observe('message.new', 1)) as unknown as MessageDto[];
    const lateness = Date.parse(sent!.createdAt) - Date.parse(sendAt);
    expect(lateness).toBeGreaterThanOrEqual(0);
    expect(lateness).toBeLessThan(30_000);
  });

  bothTransports('contains all fields of a message', async ({ alice, bob, group, sendText, observe }) => {
    const conversationId = await group();
    const [question, root] = [await sendText(bob, conversationId), await sendText(bob, conversationId)];
    const fields = {
      metadata: { color: 'red' },
      mentions: [bob.id],
      mentionsAll: true,
      replyToId: question.id,
      threadRootId: root.id,
    };
    const scheduled = await expectData(schedule(alice, conversationId, fields));
    expect(scheduled).toMatchObject(fields);
    const { messageId } = await expectData(
      alice.transport.request(sendScheduledMessage, { scheduledMessageId: scheduled.id }),
    );
    await observe('message.new', 3);
    const message = await expectData(bob.rest.request(getMessage, { messageId: messageId! }));
    const { replyToId: _, ...same } = fields;
    expect(message).toMatchObject({ ...same, content: 'Later', replyTo: { id: question.id } });
  });

  bothTransports('can be changed until it is sent, and not afterwards', async (context) => {
    const { alice, dm, server } = context;
    const conversationId = await dm();
    const { id: scheduledMessageId } = await expectData(
      schedule(alice, conversationId, { sendAt: inMs(60_000) }),
    );
    const put = await expectData(
      alice.transport.request(updateScheduledMessage, {
        scheduledMessageId,
        content: 'Otherwise',
        sendAt: inMs(120_000),
        metadata: { a: 1 },
      }),
    );
    expect(put).toMatchObject({ content: 'Otherwise', metadata: { a: 1 }, accountVersion: 3 });
    expect(await expectData(alice.transport.request(updateScheduledMessage, { scheduledMessageId }))).toEqual(
      put,
    );
    expect(
      await expectData(
        alice.transport.request(updateScheduledMessage, { scheduledMessageId, content: 'Otherwise' }),
      ),
    ).toEqual(put);
    const bare = await expectData(
      alice.transport.request(updateScheduledMessage, { scheduledMessageId, metadata: null }),
    );
    expect(bare).toMatchObject({ content: 'Otherwise', metadata: null, accountVersion: 4 });
    await makeSendJobDue(server.database, scheduledMessageId);
    await untilJobsComplete(context, 1);
    expect(await readMessages(alice, conversationId)).toEqual([]);
    await makeScheduledMessageDue(server.database, scheduledMessageId);
    await waitUntil(async () => (await readMessages(alice, conversationId)).length === 1);
    expect(await readMessages(alice, conversationId)).toMatchObject([
      { content: 'Otherwise', metadata: null },
    ]);
    for (const pending of [
      alice.transport.request(updateScheduledMessage, { scheduledMessageId, content: 'Too late' }),
      alice.transport.request(sendScheduledMessage, { scheduledMessageId }),
      alice.transport.request(cancelScheduledMessage, { scheduledMessageId }),
    ])
      expect(await expectErrorCode(pending)).toBe('not_scheduled');
    await alice.device.waitForEvents(4, 'scheduled_message.updated');
  });

  bothTransports('can be sent earlier, at another time or at once', async (context) => {
    const { alice, dm, observe, server } = context;
    const conversationId = await dm();
    const [first, second] = [
      await expectData(schedule(alice, conversationId)),
      await expectData(schedule(alice, conversationId, { content: 'Now' })),
    ];
    const sent = await expectData(
      alice.transport.request(sendScheduledMessage, { scheduledMessageId: second.id }),
    );
    expect(sent).toMatchObject({ ...NO_CONTENT, state: 'sent' });
    await expectData(
      alice.transport.request(updateScheduledMessage, { scheduledMessageId: first.id, sendAt: inMs(60_000) }),
    );
    await makeScheduledMessageDue(server.database, first.id);
    await observe('message.new', 2);
    expect(await readMessages(alice, conversationId)).toMatchObject([
      { content: 'Now' },
      { content: 'Later' },
    ]);
  });

  bothTransports('that is cancelled is never sent, and its text is deleted', async (context) => {
    const { alice, dm, server } = context;
    const conversationId = await dm();
    const { id: scheduledMessageId } = await expectData(
      schedule(alice, conversationId, { sendAt: inMs(60_000), clientId: 'c' }),
    );
    const cancelled = await expectData(
      alice.transport.request(cancelScheduledMessage, { scheduledMessageId }),
    );
    expect(cancelled).toMatchObject({ ...NO_CONTENT, state: 'cancelled', accountVersion: 3 });
    expect(await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId }))).toEqual(
      cancelled,
    );
    expect(
      await expectErrorCode(
        alice.transport.request(updateScheduledMessage, { scheduledMessageId, content: 'Still' }),
      ),
    ).toBe('not_scheduled');
    expect(await expectData(schedule(alice, conversationId, { clientId: 'c' }))).toEqual(cancelled);
    await makeScheduledMessageDue(server.database, scheduledMessageId);
    await untilJobsComplete(context, 1);
    expect(await readMessages(alice, conversationId)).toEqual([]);
    expect(await listWaiting(alice)).toEqual([]);
    await alice.device.waitForEvents(2, 'scheduled_message.updated');
    await expectNoTrace(context);
  });

  bothTransports('fails without a retry when its sender may no longer send it', async (context) => {
    const { alice, bob, dm, sql, server } = context;
    const conversationId = await dm();
    const { id: scheduledMessageId } = await expectData(
      schedule(alice, conversationId, { sendAt: inMs(60_000) }),
    );
    const { id: other } = await expectData(schedule(alice, conversationId));
    await expectData(bob.transport.request(addBlock, { userId: alice.id }));
    expect(
      await expectErrorCode(alice.transport.request(sendScheduledMessage, { scheduledMessageId: other })),
    ).toBe('unavailable');
    expect(await expectErrorCode(schedule(alice, conversationId))).toBe('unavailable');
    await makeScheduledMessageDue(server.database, scheduledMessageId);
    const [, , failed] = await alice.device.waitForEvents(3, 'scheduled_message.updated');
    expect(failed).toMatchObject({
      id: scheduledMessageId,
      state: 'failed',
      errorCode: 'unavailable',
      content: 'Later',
    });
    expect(await listWaiting(alice)).toMatchObject([
      { id: scheduledMessageId, state: 'failed' },
      { id: other },
    ]);
    expect(await sql("SELECT FROM pgboss.job WHERE state IN ('retry', 'failed')")).toEqual([]);
    expect(
      await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId })),
    ).toMatchObject({
      state: 'cancelled',
    });
    expect(await listWaiting(alice)).toMatchObject([{ id: other, state: 'scheduled' }]);
    await alice.device.waitForEvents(4, 'scheduled_message.updated');
  });

  bothTransports('is deleted with the membership of its sender', async (context) => {
    const { alice, bob, group, server } = context;
    const conversationId = await group();
    const { id } = await expectData(schedule(bob, conversationId, { sendAt: inMs(60_000) }));
    await expectData(bob.transport.request(removeMember, { conversationId, userId: 'me' }));
    expect(await listWaiting(bob)).toEqual([]);
    await makeSendJobDue(server.database, id);
    await untilJobsComplete(context, 1);
    expect(await readMessages(alice, conversationId)).toEqual([]);
    expect(await expectErrorCode(schedule(bob, conversationId))).toBe('not_found');
  });

  bothTransports(
    'is created once for one clientId, which is separate for each user',
    async ({ alice, bob, carol, dm }) => {
      const [one, two] = [await dm('bob'), await dm('carol')];
      const first = await expectData(schedule(alice, one, { clientId: 'again' }));
      expect(await expectData(schedule(alice, one, { clientId: 'again', content: 'Other' }))).toEqual(first);
      expect(await expectErrorCode(schedule(alice, two, { clientId: 'again' }))).toBe('client_id_reused');
      expect((await expectData(schedule(bob, one, { clientId: 'again' }))).id).not.toBe(first.id);
      const { id: scheduledMessageId } = first;
      for (const actor of [bob, carol])
        for (const pending of [
          actor.transport.request(updateScheduledMessage, { scheduledMessageId, content: 'Mine' }),
          actor.transport.request(cancelScheduledMessage, { scheduledMessageId }),
          actor.transport.request(sendScheduledMessage, { scheduledMessageId }),
        ])
          expect(await expectErrorCode(pending)).toBe('not_found');
    },
  );

  bothTransports(
    'is rejected when it could not be sent now, or when its time is invalid',
    async (context) => {
      const { alice, bob, dm, group, sendText } = context;
      const [conversationId, team] = [await dm(), await group()];
      const elsewhere = await sendText(bob, team);
      const fields = async (more: object, actor = alice, where = conversationId): Promise<unknown> => {
        const answer = await schedule(actor, where, more);
        return answer.ok ? 'ok' : (answer.error.errors ?? answer.error.code);
      };
      expect(await fields({ sendAt: inMs(-1) })).toEqual([{ field: 'sendAt', code: 'in_the_past' }]);
      expect(await fields({ sendAt: inMs(YEAR_MS + 60_000) })).toEqual([
        { field: 'sendAt', code: 'too_far_in_future' },
      ]);
      expect(await fields({ replyToId: elsewhere.id })).toEqual([{ field: 'replyToId', code: 'not_found' }]);
      expect(await fields({ threadRootId: elsewhere.id })).toEqual([
        { field: 'threadRootId', code: 'not_found' },
      ]);
      expect(await fields({ content: 'x'.repeat(10_001) })).toEqual([{ field: 'content', code: 'too_long' }]);
      expect(await fields({ mentionsAll: true }, bob, team)).toBe('forbidden');
      const { id: scheduledMessageId } = await expectData(schedule(bob, team));
      const update = async (more: object): Promise<unknown> =>
        expectErrorCode(bob.transport.request(updateScheduledMessage, { scheduledMessageId, ...more }));
      expect(await update({ mentionsAll: true })).toBe('forbidden');
      expect(await update({ sendAt: inMs(-1) })).toBe('validation_failed');
      expect((await listWaiting(bob)).map(({ content }) => content)).toEqual(['Later']);
      expect(await listWaiting(alice)).toEqual([]);
    },
  );
});
