import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import { sendMessage } from '../src/modules/messages/messages.contract.js';
import { violations } from './proof/history-checker.js';
import { atOnce, CALLERS, calls, heardBy, RaceScene, type Racer, rounds } from './proof/race-scene.js';
import { readHistory } from './proof/read-history.js';
import { counts } from './setup/counts.js';
import { createDatabase } from './setup/database.js';
import { data, Device, restDoor } from './setup/doors.js';
import { startNode } from './setup/nodes.js';
import { person } from './setup/server.js';

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

describe.each([
  ['one node', 1],
  ['two nodes', 2],
])('32 callers at once, over REST and sockets at %s,', (_name, nodeCount) => {
  let scene: RaceScene;
  let alice: Racer;
  let bob: Racer;
  let carol: Racer;

  beforeAll(async () => {
    scene = await RaceScene.at(nodeCount);
    ({ alice, bob, carol } = scene);
  });
  afterEach(() => expect(scene.heardTwice()).toEqual([]));
  afterAll(() => scene.stop());

  it('create one DM, of which each device hears once', () =>
    rounds(counts.raceRounds, async (round) => {
      await scene.noDm(alice, bob);
      const answers = await atOnce(calls(alice, bob), ({ racer, door }) => {
        const peer = racer === alice ? bob : alice;
        return data(
          door.ask(createConversation, { type: 'dm', memberIds: [peer.id], clientId: `dm-${round}` }),
        );
      });
      const { id } = answers[0]!;
      for (const { id: sameId, version, memberCount, lastSeq } of answers)
        expect([sameId, version, memberCount, lastSeq]).toEqual([id, 1, 2, 0]);
      expect(await scene.dmsOf(alice, bob)).toEqual([id]);
      await scene.expectHeard('conversation.new', id, [id], alice, bob);
    }));

  it('begin two DMs with one clientId, of which one is made', () =>
    rounds(counts.raceRounds, async (round) => {
      await scene.noDm(alice, bob);
      await scene.noDm(alice, carol);
      const answers = await atOnce(calls(alice), ({ door, index }) => {
        const peer = (index ^ (index >> 2)) & 1 ? carol : bob;
        return door.ask(createConversation, { type: 'dm', memberIds: [peer.id], clientId: `two-${round}` });
      });
      const made = [...(await scene.dmsOf(alice, bob)), ...(await scene.dmsOf(alice, carol))];
      const found = answers.flatMap((answer) => (answer.ok ? [answer.data.id] : []));
      const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
      expect([new Set(found), new Set(refused)]).toEqual([new Set(made), new Set(['client_id_reused'])]);
      expect([made.length, found.length]).toEqual([1, CALLERS / 2]);
    }));

  it('send one message with one clientId, and no gap comes of it', () =>
    rounds(counts.raceRounds, async () => {
      const conversationId = await scene.newDm(alice, bob);
      const answers = await atOnce(calls(alice), ({ door, index }) =>
        data(door.ask(sendMessage, { conversationId, content: `Try ${index}`, clientId: conversationId })),
      );
      const first = answers[0]!;
      for (const answer of answers) expect(answer).toEqual(first);
      const next = await data(bob.doors[0]!.ask(sendMessage, { conversationId, content: 'Next' }));
      expect([first.seq, first.version, next.seq, next.version]).toEqual([1, 2, 2, 3]);
      expect(await readHistory(bob.doors[0]!, conversationId)).toEqual([first, next]);
      await scene.expectHeard('message.new', conversationId, [first.id, next.id], alice, bob);
    }));

  it('send 32 messages in one order without gaps, which everybody hears once', () =>
    rounds(counts.raceRounds, async () => {
      const conversationId = await scene.newDm(alice, bob);
      const acked = await atOnce(calls(alice, bob), ({ door, index }) =>
        data(
          door.ask(sendMessage, {
            conversationId,
            content: `Number ${index}`,
            clientId: `${conversationId}-${index}`,
          }),
        ),
      );
      await scene.expectHeard(
        'message.new',
        conversationId,
        acked.map(({ id }) => id),
        alice,
        bob,
      );
      const history = await readHistory(bob.doors[0]!, conversationId);
      const seenBy = ({ devices }: Racer): MessageDto[] =>
        devices.flatMap((device) => heardBy(device, conversationId).map(({ message }) => message));
      const observers = { alice: seenBy(alice), bob: seenBy(bob) };
      expect(violations({ acked, history, observers })).toEqual([]);
      expect(history.map(({ seq, version }) => [seq, version])).toEqual(
        Array.from({ length: CALLERS }, (_, index) => [index + 1, index + 2]),
      );
    }));

  it('use one clientId in two conversations, of which one gets the message and none a gap', () =>
    rounds(counts.raceRounds, async () => {
      const dms = [await scene.newDm(alice, bob), await scene.newDm(alice, carol)];
      const answers = await atOnce(calls(alice), ({ door, index }) =>
        door.ask(sendMessage, {
          conversationId: dms[(index ^ (index >> 2)) & 1],
          content: 'Hi',
          clientId: dms[0],
        }),
      );
      const sent = answers.flatMap((answer) => (answer.ok ? [answer.data] : []));
      const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
      expect(new Set(refused)).toEqual(new Set(['client_id_reused']));
      expect([sent.length, refused.length]).toEqual([CALLERS / 2, CALLERS / 2]);
      const winner = sent[0]!;
      for (const answer of sent) expect(answer).toEqual(winner);
      for (const conversationId of dms) {
        const next = await data(alice.doors[1]!.ask(sendMessage, { conversationId, content: 'Next' }));
        const expected = conversationId === winner.conversationId ? [winner, next] : [next];
        expect(next.seq).toBe(expected.length);
        expect(await readHistory(alice.doors[0]!, conversationId)).toEqual(expected);
      }
    }));
});

describe('A retry after a restart of the server', () => {
  it('gets the same message over the other door', async () => {
    const database = await createDatabase();
    const beforeIt = await startNode(database);
    const [alice, bob] = [await person(beforeIt, 'alice'), await person(beforeIt, 'bob')];
    const { id: conversationId } = await data(
      restDoor(beforeIt.url, alice.token).ask(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    await beforeIt.stop();

    await rounds(counts.restarts, async (round) => {
      const doors = [`over REST ${round}`, `over a socket ${round}`];
      const send = async (inOrder: string[]): Promise<MessageDto[]> => {
        const node = await startNode(database);
        const device = await Device.connect(node.url, alice.token);
        const [first, second] = inOrder as [string, string];
        const sent = [
          await data(
            restDoor(node.url, alice.token).ask(sendMessage, {
              conversationId,
              content: `${first}, said ${Date.now()}`,
              clientId: first,
            }),
          ),
          await data(
            device.ask(sendMessage, {
              conversationId,
              content: `${second}, said ${Date.now()}`,
              clientId: second,
            }),
          ),
        ];
        device.close();
        await node.stop();
        return sent;
      };
      const sent = await send(doors);
      const again = await send([...doors].reverse());
      expect(again.reverse()).toEqual(sent);
      expect(sent.map(({ seq }) => seq)).toEqual([2 * round - 1, 2 * round]);
    });
    await database.drop();
  });
});
