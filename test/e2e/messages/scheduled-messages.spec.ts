import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { removeMember } from '../../../src/modules/conversations/members.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { deleteMessage, getMessage, listMessages } from '../../../src/modules/messages/messages.contract.js';
import type { ScheduledMessageDto } from '../../../src/modules/scheduled-messages/dto/scheduled-message.dto.js';
import {
  cancelScheduledMessage,
  listScheduledMessages,
  scheduleMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import {
  bothTransports,
  type TestActor,
  type ScenarioContext,
} from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode, type Answer } from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const MAX_QUEUED = 100;
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
const GONE = { content: null, metadata: null, mentions: [], mentionsAll: false, replyToId: null };

const inMs = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
const LATER = inMs(YEAR_MS / 2);

function schedule(
  { transport: transport }: TestActor,
  conversationId: string,
  more: object = {},
): Promise<Answer<ScheduledMessageDto>> {
  return transport.request(scheduleMessage, { conversationId, content: 'Later', sendAt: LATER, ...more });
}

const history = async ({ rest }: TestActor, conversationId: string): Promise<MessageDto[]> =>
  (await expectData(rest.request(listMessages, { conversationId }))).items;
const waiting = async ({ rest }: TestActor, more: object = {}): Promise<ScheduledMessageDto[]> =>
  (await expectData(rest.request(listScheduledMessages, more))).items;

describe('A scheduled message', () => {
  bothTransports('is sent at its time, and visible to its sender only until then', async (scene) => {
    const { alice, bob, dm, observe } = scene;
    const conversationId = await dm();
    const second = await alice.connectDevice();
    const sendAt = inMs(1_500);
    const scheduled = await expectData(schedule(alice, conversationId, { sendAt, clientId: 'mine' }));
    expect(scheduled).toMatchObject({
      state: 'scheduled',
      content: 'Later',
      sendAt,
      messageId: null,
      accountVersion: 2,
    });
    expect(await waiting(alice)).toEqual([scheduled]);
    expect(await waiting(bob)).toEqual([]);

    const [sent] = (await observe('message.new', 1)) as unknown as MessageDto[];
    expect(sent).toMatchObject({ content: 'Later', senderId: alice.id, type: 'text', seq: 1 });
    expect(Date.parse(sent!.createdAt)).toBeGreaterThanOrEqual(Date.parse(sendAt));
    expect(Date.now() - Date.parse(sendAt)).toBeLessThan(3_000);
    for (const device of [alice.device, second]) {
      const [first, last] = await device.waitForEvents(2, 'scheduled_message.updated');
      expect(first).toEqual(scheduled);
      expect(last).toMatchObject({
        ...GONE,
        id: scheduled.id,
        state: 'sent',
        messageId: sent!.id,
        accountVersion: 3,
      });
    }
    expect(bob.device.events.map(({ name }) => name)).not.toContain('scheduled_message.updated');
    expect(await waiting(alice)).toEqual([]);
    expect(await history(bob, conversationId)).toEqual([sent]);
    const again = await expectData(schedule(alice, conversationId, { sendAt, clientId: 'mine' }));
    expect(again).toMatchObject({ id: scheduled.id, state: 'sent' });
    await expectNoTrace(scene);
  });

  bothTransports('contains all fields of a message', async ({ alice, bob, group, say, observe }) => {
    const conversationId = await group();
    const [question, root] = [await say(bob, conversationId), await say(bob, conversationId)];
    const carried = {
      metadata: { color: 'red' },
      mentions: [bob.id],
      mentionsAll: true,
      replyToId: question.id,
      threadRootId: root.id,
    };
    const scheduled = await expectData(schedule(alice, conversationId, carried));
    expect(scheduled).toMatchObject(carried);
    const { messageId } = await expectData(
      alice.transport.request(sendScheduledMessage, { scheduledMessageId: scheduled.id }),
    );
    await observe('message.new', 3);
    const message = await expectData(bob.rest.request(getMessage, { messageId: messageId! }));
    const { replyToId: _, ...same } = carried;
    expect(message).toMatchObject({ ...same, content: 'Later', replyTo: { id: question.id } });
  });

  bothTransports('can be changed until it is sent, and not afterwards', async (scene) => {
    const { alice, dm } = scene;
    const conversationId = await dm();
    const { id: scheduledMessageId } = await expectData(
      schedule(alice, conversationId, { sendAt: inMs(1_500) }),
    );
    const put = await expectData(
      alice.transport.request(updateScheduledMessage, {
        scheduledMessageId,
        content: 'Otherwise',
        sendAt: inMs(4_000),
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
    await untilJobsComplete(scene, 1);
    expect(await history(alice, conversationId)).toEqual([]);
    await waitUntil(async () => (await history(alice, conversationId)).length === 1);
    expect(await history(alice, conversationId)).toMatchObject([{ content: 'Otherwise', metadata: null }]);
    for (const asked of [
      alice.transport.request(updateScheduledMessage, { scheduledMessageId, content: 'Too late' }),
      alice.transport.request(sendScheduledMessage, { scheduledMessageId }),
      alice.transport.request(cancelScheduledMessage, { scheduledMessageId }),
    ])
      expect(await expectErrorCode(asked)).toBe('not_scheduled');
    await alice.device.waitForEvents(4, 'scheduled_message.updated');
  });

  bothTransports('can be sent earlier, at another time or at once', async ({ alice, dm, observe }) => {
    const conversationId = await dm();
    const [first, second] = [
      await expectData(schedule(alice, conversationId)),
      await expectData(schedule(alice, conversationId, { content: 'Now' })),
    ];
    const sent = await expectData(
      alice.transport.request(sendScheduledMessage, { scheduledMessageId: second.id }),
    );
    expect(sent).toMatchObject({ ...GONE, state: 'sent' });
    await expectData(
      alice.transport.request(updateScheduledMessage, { scheduledMessageId: first.id, sendAt: inMs(1_500) }),
    );
    await observe('message.new', 2);
    expect(await history(alice, conversationId)).toMatchObject([{ content: 'Now' }, { content: 'Later' }]);
  });

  bothTransports('that is cancelled is never sent, and its text is deleted', async (scene) => {
    const { alice, dm } = scene;
    const conversationId = await dm();
    const { id: scheduledMessageId } = await expectData(
      schedule(alice, conversationId, { sendAt: inMs(1_500), clientId: 'c' }),
    );
    const cancelled = await expectData(
      alice.transport.request(cancelScheduledMessage, { scheduledMessageId }),
    );
    expect(cancelled).toMatchObject({ ...GONE, state: 'cancelled', accountVersion: 3 });
    expect(await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId }))).toEqual(
      cancelled,
    );
    expect(
      await expectErrorCode(
        alice.transport.request(updateScheduledMessage, { scheduledMessageId, content: 'Still' }),
      ),
    ).toBe('not_scheduled');
    expect(await expectData(schedule(alice, conversationId, { clientId: 'c' }))).toEqual(cancelled);
    await untilJobsComplete(scene, 1);
    expect(await history(alice, conversationId)).toEqual([]);
    expect(await waiting(alice)).toEqual([]);
    await alice.device.waitForEvents(2, 'scheduled_message.updated');
    await expectNoTrace(scene);
  });

  bothTransports('fails without a retry when its sender may no longer send it', async (scene) => {
    const { alice, bob, dm, sql } = scene;
    const conversationId = await dm();
    const { id: scheduledMessageId } = await expectData(
      schedule(alice, conversationId, { sendAt: inMs(1_500) }),
    );
    const { id: other } = await expectData(schedule(alice, conversationId));
    await expectData(bob.transport.request(addBlock, { userId: alice.id }));
    expect(
      await expectErrorCode(alice.transport.request(sendScheduledMessage, { scheduledMessageId: other })),
    ).toBe('unavailable');
    expect(await expectErrorCode(schedule(alice, conversationId))).toBe('unavailable');
    const [, , failed] = await alice.device.waitForEvents(3, 'scheduled_message.updated');
    expect(failed).toMatchObject({
      id: scheduledMessageId,
      state: 'failed',
      errorCode: 'unavailable',
      content: 'Later',
    });
    expect(await waiting(alice)).toMatchObject([{ id: scheduledMessageId, state: 'failed' }, { id: other }]);
    expect(await sql("SELECT FROM pgboss.job WHERE state IN ('retry', 'failed')")).toEqual([]);
    expect(
      await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId })),
    ).toMatchObject({
      state: 'cancelled',
    });
    expect(await waiting(alice)).toMatchObject([{ id: other, state: 'scheduled' }]);
    await alice.device.waitForEvents(4, 'scheduled_message.updated');
  });

  bothTransports('is deleted with the membership of its sender', async (scene) => {
    const { alice, bob, group } = scene;
    const conversationId = await group();
    await expectData(schedule(bob, conversationId, { sendAt: inMs(1_500) }));
    await expectData(bob.transport.request(removeMember, { conversationId, userId: 'me' }));
    expect(await waiting(bob)).toEqual([]);
    await untilJobsComplete(scene, 1);
    expect(await history(alice, conversationId)).toEqual([]);
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
      for (const who of [bob, carol])
        for (const asked of [
          who.transport.request(updateScheduledMessage, { scheduledMessageId, content: 'Mine' }),
          who.transport.request(cancelScheduledMessage, { scheduledMessageId }),
          who.transport.request(sendScheduledMessage, { scheduledMessageId }),
        ])
          expect(await expectErrorCode(asked)).toBe('not_found');
    },
  );

  bothTransports('is rejected when it could not be sent now, or when its time is invalid', async (scene) => {
    const { alice, bob, dm, group, say } = scene;
    const [conversationId, team] = [await dm(), await group()];
    const elsewhere = await say(bob, team);
    const fields = async (more: object, who = alice, where = conversationId): Promise<unknown> => {
      const answer = await schedule(who, where, more);
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
    expect((await waiting(bob)).map(({ content }) => content)).toEqual(['Later']);
    expect(await waiting(alice)).toEqual([]);
  });
});

describe('The list of scheduled messages', () => {
  bothTransports(
    'is ordered by time and read page by page, for one conversation or all, and has a limit',
    async (scene) => {
      const { alice, dm } = scene;
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
      expect(await waiting(alice, { conversationId: two, limit: 100 })).toEqual(
        all.filter(({ conversationId }) => conversationId === two),
      );
      await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId: all[0]!.id }));
      await expectData(schedule(alice, one));
      await alice.device.waitForEvents(MAX_QUEUED + 2, 'scheduled_message.updated');
    },
  );

  bothTransports('contains no content of a deleted message', async (scene) => {
    const { alice, bob, dm } = scene;
    const conversationId = await dm();
    const { id: scheduledMessageId } = await expectData(schedule(alice, conversationId));
    const { messageId } = await expectData(
      alice.transport.request(sendScheduledMessage, { scheduledMessageId }),
    );
    await expectData(alice.transport.request(deleteMessage, { messageId: messageId! }));
    await bob.device.waitForEvents(1, 'message.deleted');
    await expectNoTrace(scene, { andMessages: true });
  });
});

/** Waits until the jobs of the given number of times have run. */
async function untilJobsComplete({ sql }: ScenarioContext, count: number): Promise<void> {
  await waitUntil(
    async () => (await sql("SELECT FROM pgboss.job WHERE state = 'completed'")).length === count,
  );
}

/** Requires that the text is in no row of a job and in no scheduled message. */
async function expectNoTrace({ sql }: ScenarioContext, { andMessages = false } = {}): Promise<void> {
  const tables = ['scheduled_messages', 'pgboss.job', 'pgboss.archive', ...(andMessages ? ['messages'] : [])];
  for (const table of tables)
    expect([table, JSON.stringify(await sql(`SELECT t::text FROM ${table} t`))]).not.toEqual([
      table,
      expect.stringContaining('Later'),
    ]);
}
