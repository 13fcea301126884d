import { setTimeout as sleep } from 'node:timers/promises';
import { addBlock } from '../src/modules/blocks/blocks.contract.js';
import { removeMember } from '../src/modules/conversations/members.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import { deleteMessage, getMessage, listMessages } from '../src/modules/messages/messages.contract.js';
import type { ScheduledMessageDto } from '../src/modules/scheduled/dto/scheduled-message.dto.js';
import {
  cancelScheduled,
  listScheduled,
  scheduleMessage,
  sendScheduled,
  updateScheduled,
} from '../src/modules/scheduled/scheduled.contract.js';
import { bothWays, type Actor, type Scene } from './proof/both-ways.js';
import { data, refusal, type Answer } from './setup/doors.js';
import { until } from './setup/until.js';

const MOST_WAITING = 100;
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
const GONE = { content: null, metadata: null, mentions: [], mentionsAll: false, replyToId: null };

const inMs = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
const LATER = inMs(YEAR_MS / 2);

function schedule(
  { door }: Actor,
  conversationId: string,
  more: object = {},
): Promise<Answer<ScheduledMessageDto>> {
  return door.ask(scheduleMessage, { conversationId, content: 'Later', sendAt: LATER, ...more });
}

const history = async ({ rest }: Actor, conversationId: string): Promise<MessageDto[]> =>
  (await data(rest.ask(listMessages, { conversationId }))).items;
const waiting = async ({ rest }: Actor, more: object = {}): Promise<ScheduledMessageDto[]> =>
  (await data(rest.ask(listScheduled, more))).items;

describe('A scheduled message', () => {
  bothWays('is sent when its time comes, and only its sender knew of it', async (scene) => {
    const { alice, bob, dm, observe } = scene;
    const conversationId = await dm();
    const second = await alice.another();
    const sendAt = inMs(700);
    const scheduled = await data(schedule(alice, conversationId, { sendAt, clientId: 'mine' }));
    expect(scheduled).toMatchObject({
      state: 'scheduled',
      content: 'Later',
      sendAt,
      messageId: null,
      meVersion: 2,
    });
    expect(await waiting(alice)).toEqual([scheduled]);
    expect(await waiting(bob)).toEqual([]);

    const [sent] = (await observe('message.new', 1)) as unknown as MessageDto[];
    expect(sent).toMatchObject({ content: 'Later', senderId: alice.id, type: 'text', seq: 1 });
    expect(Date.parse(sent!.createdAt)).toBeGreaterThanOrEqual(Date.parse(sendAt));
    expect(Date.now() - Date.parse(sendAt)).toBeLessThan(3_000);
    for (const device of [alice.device, second]) {
      const [first, last] = await device.hear(2, 'scheduled.updated');
      expect(first).toEqual(scheduled);
      expect(last).toMatchObject({
        ...GONE,
        id: scheduled.id,
        state: 'sent',
        messageId: sent!.id,
        meVersion: 3,
      });
    }
    expect(bob.device.heard.map(({ name }) => name)).not.toContain('scheduled.updated');
    expect(await waiting(alice)).toEqual([]);
    expect(await history(bob, conversationId)).toEqual([sent]);
    const again = await data(schedule(alice, conversationId, { sendAt, clientId: 'mine' }));
    expect(again).toMatchObject({ id: scheduled.id, state: 'sent' });
    await expectNoTrace(scene);
  });

  bothWays('carries all that a message carries', async ({ alice, bob, group, say, observe }) => {
    const conversationId = await group();
    const [question, root] = [await say(bob, conversationId), await say(bob, conversationId)];
    const carried = {
      metadata: { color: 'red' },
      mentions: [bob.id],
      mentionsAll: true,
      replyToId: question.id,
      threadRootId: root.id,
    };
    const scheduled = await data(schedule(alice, conversationId, carried));
    expect(scheduled).toMatchObject(carried);
    const { messageId } = await data(alice.door.ask(sendScheduled, { scheduledId: scheduled.id }));
    await observe('message.new', 3);
    const message = await data(bob.rest.ask(getMessage, { messageId: messageId! }));
    const { replyToId: _, ...same } = carried;
    expect(message).toMatchObject({ ...same, content: 'Later', replyTo: { id: question.id } });
  });

  bothWays('can be changed until it is sent, and then nothing of it', async (scene) => {
    const { alice, dm } = scene;
    const conversationId = await dm();
    const { id: scheduledId } = await data(schedule(alice, conversationId, { sendAt: inMs(600) }));
    const put = await data(
      alice.door.ask(updateScheduled, {
        scheduledId,
        content: 'Otherwise',
        sendAt: inMs(1_800),
        metadata: { a: 1 },
      }),
    );
    expect(put).toMatchObject({ content: 'Otherwise', metadata: { a: 1 }, meVersion: 3 });
    expect(await data(alice.door.ask(updateScheduled, { scheduledId }))).toEqual(put);
    expect(await data(alice.door.ask(updateScheduled, { scheduledId, content: 'Otherwise' }))).toEqual(put);
    const bare = await data(alice.door.ask(updateScheduled, { scheduledId, metadata: null }));
    expect(bare).toMatchObject({ content: 'Otherwise', metadata: null, meVersion: 4 });
    await sleep(1_300);
    expect(await history(alice, conversationId)).toEqual([]);
    await until(async () => (await history(alice, conversationId)).length === 1);
    expect(await history(alice, conversationId)).toMatchObject([{ content: 'Otherwise', metadata: null }]);
    for (const asked of [
      alice.door.ask(updateScheduled, { scheduledId, content: 'Too late' }),
      alice.door.ask(sendScheduled, { scheduledId }),
      alice.door.ask(cancelScheduled, { scheduledId }),
    ])
      expect(await refusal(asked)).toBe('not_scheduled');
    await alice.device.hear(4, 'scheduled.updated');
  });

  bothWays('can be sent earlier, by its time or at once', async ({ alice, dm, observe }) => {
    const conversationId = await dm();
    const [first, second] = [
      await data(schedule(alice, conversationId)),
      await data(schedule(alice, conversationId, { content: 'Now' })),
    ];
    const sent = await data(alice.door.ask(sendScheduled, { scheduledId: second.id }));
    expect(sent).toMatchObject({ ...GONE, state: 'sent' });
    await data(alice.door.ask(updateScheduled, { scheduledId: first.id, sendAt: inMs(300) }));
    await observe('message.new', 2);
    expect(await history(alice, conversationId)).toMatchObject([{ content: 'Now' }, { content: 'Later' }]);
  });

  bothWays('that is cancelled is never sent, and what it said is gone', async (scene) => {
    const { alice, dm, sql } = scene;
    const conversationId = await dm();
    const { id: scheduledId } = await data(
      schedule(alice, conversationId, { sendAt: inMs(400), clientId: 'c' }),
    );
    const cancelled = await data(alice.door.ask(cancelScheduled, { scheduledId }));
    expect(cancelled).toMatchObject({ ...GONE, state: 'cancelled', meVersion: 3 });
    expect(await data(alice.door.ask(cancelScheduled, { scheduledId }))).toEqual(cancelled);
    expect(await refusal(alice.door.ask(updateScheduled, { scheduledId, content: 'Still' }))).toBe(
      'not_scheduled',
    );
    expect(await data(schedule(alice, conversationId, { clientId: 'c' }))).toEqual(cancelled);
    await until(async () => (await sql("SELECT FROM pgboss.job WHERE state = 'completed'")).length === 1);
    expect(await history(alice, conversationId)).toEqual([]);
    expect(await waiting(alice)).toEqual([]);
    await alice.device.hear(2, 'scheduled.updated');
    await expectNoTrace(scene);
  });

  bothWays('is refused when its sender may not send it any more, and is not tried again', async (scene) => {
    const { alice, bob, dm, sql } = scene;
    const conversationId = await dm();
    const { id: scheduledId } = await data(schedule(alice, conversationId, { sendAt: inMs(400) }));
    const { id: other } = await data(schedule(alice, conversationId));
    await data(bob.door.ask(addBlock, { userId: alice.id }));
    expect(await refusal(alice.door.ask(sendScheduled, { scheduledId: other }))).toBe('unavailable');
    expect(await refusal(schedule(alice, conversationId))).toBe('unavailable');
    const [, , failed] = await alice.device.hear(3, 'scheduled.updated');
    expect(failed).toMatchObject({
      id: scheduledId,
      state: 'failed',
      errorCode: 'unavailable',
      content: 'Later',
    });
    expect(await waiting(alice)).toMatchObject([{ id: scheduledId, state: 'failed' }, { id: other }]);
    expect(await sql("SELECT FROM pgboss.job WHERE state IN ('retry', 'failed')")).toEqual([]);
    expect(await data(alice.door.ask(cancelScheduled, { scheduledId }))).toMatchObject({
      state: 'cancelled',
    });
    expect(await waiting(alice)).toMatchObject([{ id: other, state: 'scheduled' }]);
    await alice.device.hear(4, 'scheduled.updated');
  });

  bothWays('goes with the membership of its sender', async ({ alice, bob, group, sql }) => {
    const conversationId = await group();
    await data(schedule(bob, conversationId, { sendAt: inMs(300) }));
    await data(bob.door.ask(removeMember, { conversationId, userId: 'me' }));
    expect(await waiting(bob)).toEqual([]);
    await until(async () => (await sql("SELECT FROM pgboss.job WHERE state = 'completed'")).length === 1);
    expect(await history(alice, conversationId)).toEqual([]);
    expect(await refusal(schedule(bob, conversationId))).toBe('not_found');
  });

  bothWays('is the same creation for its clientId, and nobody else’s', async ({ alice, bob, carol, dm }) => {
    const [one, two] = [await dm('bob'), await dm('carol')];
    const first = await data(schedule(alice, one, { clientId: 'again' }));
    expect(await data(schedule(alice, one, { clientId: 'again', content: 'Other' }))).toEqual(first);
    expect(await refusal(schedule(alice, two, { clientId: 'again' }))).toBe('client_id_reused');
    expect((await data(schedule(bob, one, { clientId: 'again' }))).id).not.toBe(first.id);
    const { id: scheduledId } = first;
    for (const who of [bob, carol])
      for (const asked of [
        who.door.ask(updateScheduled, { scheduledId, content: 'Mine' }),
        who.door.ask(cancelScheduled, { scheduledId }),
        who.door.ask(sendScheduled, { scheduledId }),
      ])
        expect(await refusal(asked)).toBe('not_found');
  });

  bothWays('is refused when it could not be sent now, or its time is none', async (scene) => {
    const { alice, bob, dm, group, say } = scene;
    const [conversationId, team] = [await dm(), await group()];
    const elsewhere = await say(bob, team);
    const fields = async (more: object, who = alice, where = conversationId): Promise<unknown> => {
      const answer = await schedule(who, where, more);
      return answer.ok ? 'ok' : (answer.error.errors ?? answer.error.code);
    };
    expect(await fields({ sendAt: inMs(-1) })).toEqual([{ field: 'sendAt', code: 'in_the_past' }]);
    expect(await fields({ sendAt: inMs(YEAR_MS + 60_000) })).toEqual([{ field: 'sendAt', code: 'too_late' }]);
    expect(await fields({ replyToId: elsewhere.id })).toEqual([{ field: 'replyToId', code: 'not_found' }]);
    expect(await fields({ threadRootId: elsewhere.id })).toEqual([
      { field: 'threadRootId', code: 'not_found' },
    ]);
    expect(await fields({ content: 'x'.repeat(10_001) })).toEqual([{ field: 'content', code: 'too_long' }]);
    expect(await fields({ mentionsAll: true }, bob, team)).toBe('forbidden');
    const { id: scheduledId } = await data(schedule(bob, team));
    const update = async (more: object): Promise<unknown> =>
      refusal(bob.door.ask(updateScheduled, { scheduledId, ...more }));
    expect(await update({ mentionsAll: true })).toBe('forbidden');
    expect(await update({ sendAt: inMs(-1) })).toBe('validation_failed');
    expect((await waiting(bob)).map(({ content }) => content)).toEqual(['Later']);
    expect(await waiting(alice)).toEqual([]);
  });
});

describe('What waits to be sent', () => {
  bothWays('comes in pages by its time, of one conversation or of all, and has an end', async (scene) => {
    const { alice, dm } = scene;
    const [one, two] = [await dm('bob'), await dm('carol')];
    const times = Array.from({ length: MOST_WAITING }, (_item, index) =>
      inMs(3_600_000 + ((index * 37) % 50) * 1_000),
    );
    for (const [index, sendAt] of times.entries())
      await data(schedule(alice, index % 4 === 0 ? two : one, { sendAt, content: `Number ${index}` }));
    expect(await refusal(schedule(alice, one))).toBe('too_many_scheduled');

    const all: ScheduledMessageDto[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
      const page = await data(alice.rest.ask(listScheduled, { limit: 30, cursor }));
      all.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    }
    expect(all.map(({ sendAt }) => sendAt)).toEqual([...times].sort());
    expect(new Set(all.map(({ id }) => id)).size).toBe(MOST_WAITING);
    expect(await waiting(alice, { conversationId: two, limit: 100 })).toEqual(
      all.filter(({ conversationId }) => conversationId === two),
    );
    await data(alice.door.ask(cancelScheduled, { scheduledId: all[0]!.id }));
    await data(schedule(alice, one));
    await alice.device.hear(MOST_WAITING + 2, 'scheduled.updated');
  });

  bothWays('leaves nothing behind when the message is deleted', async (scene) => {
    const { alice, bob, dm } = scene;
    const conversationId = await dm();
    const { id: scheduledId } = await data(schedule(alice, conversationId));
    const { messageId } = await data(alice.door.ask(sendScheduled, { scheduledId }));
    await data(alice.door.ask(deleteMessage, { messageId: messageId! }));
    await bob.device.hear(1, 'message.deleted');
    await expectNoTrace(scene, { andMessages: true });
  });
});

/** The text is in no row of a job, and none of what was scheduled. */
async function expectNoTrace({ sql }: Scene, { andMessages = false } = {}): Promise<void> {
  const tables = ['scheduled_messages', 'pgboss.job', 'pgboss.archive', ...(andMessages ? ['messages'] : [])];
  for (const table of tables)
    expect([table, JSON.stringify(await sql(`SELECT t::text FROM ${table} t`))]).not.toEqual([
      table,
      expect.stringContaining('Later'),
    ]);
}
