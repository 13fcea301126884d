import { getAttachment, uploadAttachment } from '../../src/modules/attachments/attachments.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  getMessage,
  listEdits,
  sendMessage,
} from '../../src/modules/messages/messages.contract.js';
import { listPins, pinMessage } from '../../src/modules/messages/pins/pins.contract.js';
import {
  addReaction,
  listReactions,
  removeReaction,
} from '../../src/modules/messages/reactions/reactions.contract.js';
import {
  runConcurrently,
  CALLERS,
  raceCalls,
  successes,
  RaceFixture,
  type Racer,
  errorCodes,
  runRounds,
} from '../support/concurrency/race-fixture.js';
import { counts } from '../support/environment/counts.js';
import { type Answer, expectData } from '../support/clients/transports.js';
import { createImage } from '../support/uploads/sample-files.js';

const EMOJIS = ['👍', '❤', '🎉', '❤️'];
const [MAX_EMOJIS, MAX_PINS] = [20, 250];
const FILE = createImage('png', 64, 64);
/** Rounds of the scenarios that depend less on chance. */
const ROUNDS = Math.ceil(counts.raceRounds / 5);

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

describe.each([
  ['one node', 1],
  ['two nodes', 2],
])('32 callers at once over REST and sockets, at %s,', (_name, nodeCount) => {
  let fixture: RaceFixture;
  let alice: Racer;
  let bob: Racer;
  let carol: Racer;

  beforeAll(async () => {
    fixture = await RaceFixture.create(nodeCount);
    ({ alice, bob, carol } = fixture);
  });
  afterAll(() => fixture.stop());

  it('add and remove reactions: the counts equal the rows, and each change is received once', () =>
    race(async (round) => {
      const message = await newMessage();
      const { id: messageId, conversationId, version } = message;
      const answers = await runConcurrently(raceCalls(alice, bob, carol), ({ transport, index }) => {
        const emoji = EMOJIS[(index * 5 + round) % EMOJIS.length]!;
        const operation = (index * 7 + round) % 3 === 0 ? removeReaction : addReaction;
        return expectData(transport.request(operation, { messageId, emoji }));
      });
      const now = await expectCounted(messageId);
      const users = [alice, bob, carol];
      const [, ...changes] = await fixture.expectVersions(conversationId, version, now.version, ...users);
      const messageByVersion = new Map(changes.map((change) => [change.version, withoutBy(change.payload)]));
      messageByVersion.set(version, message);
      expect(messageByVersion.get(now.version)).toEqual(toShared(now));
      for (const answer of answers) expect(toShared(answer)).toEqual(messageByVersion.get(answer.version));
      for (const { payload } of changes) expectOneStep(payload as never, messageByVersion);
    }));

  it('add different emojis up to the limit', () =>
    race(async (round) => {
      const { id: messageId } = await newMessage();
      const answers = await runConcurrently(raceCalls(alice, bob, carol), ({ transport, index }) => {
        const emoji = String.fromCodePoint(0x1f600 + ((index * 3 + round) % CALLERS));
        return transport.request(addReaction, { messageId, emoji });
      });
      expect([errorCodes(answers), successes(answers).length]).toEqual([['too_many_reactions'], MAX_EMOJIS]);
      expect((await expectCounted(messageId)).reactions).toHaveLength(MAX_EMOJIS);
    }, ROUNDS));

  it('react, pin and edit while the message is deleted: no rows are left', () =>
    race(async (round) => {
      const { id: messageId } = await newMessage();
      const answers = await runConcurrently(
        raceCalls(alice, bob, carol),
        ({ racer, transport, index }): Promise<Answer<object>> => {
          if (index === round % CALLERS)
            return alice.transports[index % 4]!.request(deleteMessage, { messageId });
          if (index % 5 === 4) return transport.request(pinMessage, { messageId });
          if (racer === alice)
            return transport.request(editMessage, { messageId, content: `Number ${index}` });
          return transport.request(addReaction, { messageId, emoji: EMOJIS[index % 4]! });
        },
      );
      expect(errorCodes(answers).filter((code) => code !== 'message_deleted')).toEqual([]);
      const deletedState = {
        deletedAt: expect.any(String) as string,
        reactions: [],
        pinnedAt: null,
        content: null,
      };
      expect(await expectData(bob.transports[0]!.request(getMessage, { messageId }))).toMatchObject(
        deletedState,
      );
      for (const table of ['message_reactions', 'message_edits'])
        expect(
          (await fixture.sql.query(`SELECT FROM ${table} WHERE message_id = $1`, [messageId])).rows,
        ).toEqual([]);
    }, ROUNDS));

  it('edit and react: every earlier text is stored as a revision, in order', () =>
    race(async () => {
      const { id: messageId, content } = await newMessage();
      const answers = await runConcurrently(raceCalls(alice, bob), ({ racer, transport, index }) =>
        expectData(
          racer === alice
            ? transport.request(editMessage, { messageId, content: `Number ${index}` })
            : transport.request(addReaction, { messageId, emoji: EMOJIS[(index >> 1) % EMOJIS.length]! }),
        ),
      );
      const edits = answers
        .filter((_, index) => index % 2 === 0)
        .sort((one, other) => one.version - other.version);
      const { items } = await expectData(bob.transports[0]!.request(listEdits, { messageId, limit: 100 }));
      expect(items.map((item) => item.content)).toEqual([
        content,
        ...edits.slice(0, -1).map((edit) => edit.content),
      ]);
      for (const [index, { version }] of items.entries()) expect(version).toBeLessThan(edits[index]!.version);
    }, ROUNDS));

  it('forward a picture while its message is deleted: every created forward has a readable file', () =>
    race(async (round) => {
      const from = await fixture.replaceGroup(alice, [bob, carol]);
      const to = await fixture.replaceDm(bob, alice);
      const { id: attachmentId } = await expectData(
        alice.transports[0]!.request(uploadAttachment, { file: await FILE }),
      );
      const input = { conversationId: from, type: 'image', media: [{ attachmentId }] };
      const { id: messageId } = await expectData(alice.transports[1]!.request(sendMessage, input));
      const answers = await runConcurrently(raceCalls(bob, carol), ({ racer, transport, index }) =>
        index === (round * 3) % CALLERS
          ? alice.transports[index % 4]!.request(deleteMessage, { messageId })
          : transport.request(forwardMessage, { messageId, conversationId: racer === bob ? to : from }),
      );
      expect(errorCodes(answers).filter((code) => code !== 'message_deleted')).toEqual([]);
      const passed = successes(answers).filter(({ forwarded }) => forwarded);
      for (const { media } of passed) expect(media).toMatchObject([{ attachmentId }]);
      const found = await bob.transports[0]!.request(getAttachment, { attachmentId });
      expect(found.ok).toBe(passed.length > 0);
      const { rows } = await fixture.sql.query<{ message_id: string }>(
        'SELECT message_id FROM attachment_links WHERE attachment_id = $1 ORDER BY 1',
        [attachmentId],
      );
      expect(rows.map(({ message_id }) => message_id)).toEqual(passed.map(({ id }) => id).sort());
    }, ROUNDS));

  it('pin different messages up to the limit', () =>
    runRounds(ROUNDS, async () => {
      const { conversationId } = await newMessage();
      const { rows } = await fixture.sql.query<{ id: string; is_pinned: boolean }>(
        `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, pinned_at, pinned_by)
         SELECT gen_random_uuid(), $1, n, 1, $2, 'Number ' || n, CASE WHEN n > $3 THEN now() END, CASE WHEN n > $3 THEN $2::uuid END
         FROM generate_series(2, 1 + $3 + $4 - 10) n RETURNING id, pinned_at IS NOT NULL AS is_pinned`,
        [conversationId, alice.id, CALLERS + 1, MAX_PINS],
      );
      const [free, pinned] = [rows.filter((row) => !row.is_pinned), rows.filter((row) => row.is_pinned)];
      const answers = await runConcurrently(raceCalls(alice, bob, carol), ({ transport, index }) =>
        transport.request(pinMessage, { messageId: free[index]!.id }),
      );
      expect([errorCodes(answers), successes(answers).length]).toEqual([
        ['too_many_pins'],
        MAX_PINS - pinned.length,
      ]);
      const { items } = await expectData(
        carol.transports[0]!.request(listPins, { conversationId, limit: 100 }),
      );
      const newest = successes(answers).sort((one, other) => (one.pinnedAt! < other.pinnedAt! ? 1 : -1));
      expect(
        items
          .slice(0, newest.length)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(newest.map(({ id }) => id).sort());
      expect(fixture.takeDuplicates()).toEqual([]);
    }));

  async function newMessage(): Promise<MessageDto> {
    const conversationId = await fixture.replaceGroup(alice, [bob, carol]);
    return expectData(alice.transports[1]!.request(sendMessage, { conversationId, content: 'Well?' }));
  }

  /** Requires that the reaction counts of a message equal its list of reactions. */
  async function expectCounted(messageId: string): Promise<MessageDto> {
    const transport = bob.transports[0]!;
    const message = await expectData(transport.request(getMessage, { messageId }));
    const { items } = await expectData(transport.request(listReactions, { messageId, limit: 100 }));
    const found = message.reactions.map(({ emoji }) => {
      const userIds = items.filter((item) => item.emoji === emoji).map(({ userId }) => userId);
      return { emoji, count: userIds.length, userIds, reacted: userIds.includes(bob.id) };
    });
    expect(message.reactions).toEqual(found);
    expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(items.length);
    return message;
  }

  function race(round: (number: number) => Promise<void>, often = counts.raceRounds): Promise<void> {
    return runRounds(often, async (number) => {
      await round(number);
      await fixture.expectConsistent();
    });
  }
});

/** One reaction more or less than in the version before, by the acting user. */
function expectOneStep(
  { actorId: by, ...message }: MessageDto & { actorId: string },
  versions: Map<number, object>,
): void {
  const pairs = ({ reactions }: MessageDto): string[] =>
    reactions.flatMap(({ emoji, userIds }) => userIds.map((userId) => `${emoji} ${userId}`));
  const [before, after] = [pairs(versions.get(message.version - 1) as MessageDto), pairs(message)];
  const changed = [
    ...before.filter((pair) => !after.includes(pair)),
    ...after.filter((pair) => !before.includes(pair)),
  ];
  expect(changed).toEqual([expect.stringContaining(by)]);
}

function withoutBy({ actorId: _by, ...message }: Record<string, unknown>): object {
  return message;
}

/** The state that every reader sees alike, as in events: `reacted` is false. */
function toShared(message: MessageDto): MessageDto {
  const reactions = message.reactions.map((summary) => ({ ...summary, reacted: false }));
  return { ...message, reactions };
}
