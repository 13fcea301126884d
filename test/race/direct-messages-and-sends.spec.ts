import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import { findViolations } from '../support/concurrency/history-checker.js';
import {
  runConcurrently,
  CALLERS,
  raceCalls,
  receivedMessages,
  RaceFixture,
  type Racer,
  runRounds,
} from '../support/concurrency/race-fixture.js';
import { readHistory } from '../support/clients/read-history.js';
import { counts } from '../support/environment/counts.js';
import { createDatabase } from '../support/environment/test-database.js';
import { expectData, Device, restTransport } from '../support/clients/transports.js';
import { startNode } from '../support/servers/server-nodes.js';
import { createUser } from '../support/servers/test-server.js';

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
  afterEach(() => expect(fixture.takeDuplicates()).toEqual([]));
  afterAll(() => fixture.stop());

  it('create one DM, whose event each device receives once', () =>
    runRounds(counts.raceRounds, async (round) => {
      await fixture.deleteDm(alice, bob);
      const answers = await runConcurrently(raceCalls(alice, bob), ({ racer, transport }) => {
        const peer = racer === alice ? bob : alice;
        return expectData(
          transport.request(createConversation, {
            type: 'dm',
            memberIds: [peer.id],
            clientId: `dm-${round}`,
          }),
        );
      });
      const { id } = answers[0]!;
      for (const { id: sameId, version, memberCount, lastSeq } of answers)
        expect([sameId, version, memberCount, lastSeq]).toEqual([id, 1, 2, 0]);
      expect(await fixture.findDms(alice, bob)).toEqual([id]);
      await fixture.expectReceived('conversation.new', id, [id], alice, bob);
    }));

  it('create one of two DMs with one clientId', () =>
    runRounds(counts.raceRounds, async (round) => {
      await fixture.deleteDm(alice, bob);
      await fixture.deleteDm(alice, carol);
      const answers = await runConcurrently(raceCalls(alice), ({ transport, index }) => {
        const peer = (index ^ (index >> 2)) & 1 ? carol : bob;
        return transport.request(createConversation, {
          type: 'dm',
          memberIds: [peer.id],
          clientId: `two-${round}`,
        });
      });
      const made = [...(await fixture.findDms(alice, bob)), ...(await fixture.findDms(alice, carol))];
      const found = answers.flatMap((answer) => (answer.ok ? [answer.data.id] : []));
      const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
      expect([new Set(found), new Set(refused)]).toEqual([new Set(made), new Set(['client_id_reused'])]);
      expect([made.length, found.length]).toEqual([1, CALLERS / 2]);
    }));

  it('send one message with one clientId, without a gap', () =>
    runRounds(counts.raceRounds, async () => {
      const conversationId = await fixture.replaceDm(alice, bob);
      const answers = await runConcurrently(raceCalls(alice), ({ transport, index }) =>
        expectData(
          transport.request(sendMessage, {
            conversationId,
            content: `Try ${index}`,
            clientId: conversationId,
          }),
        ),
      );
      const first = answers[0]!;
      for (const answer of answers) expect(answer).toEqual(first);
      const next = await expectData(
        bob.transports[0]!.request(sendMessage, { conversationId, content: 'Next' }),
      );
      expect([first.seq, first.version, next.seq, next.version]).toEqual([1, 2, 2, 3]);
      expect(await readHistory(bob.transports[0]!, conversationId)).toEqual([first, next]);
      await fixture.expectReceived('message.new', conversationId, [first.id, next.id], alice, bob);
    }));

  it('send 32 messages in one order without gaps, whose events all members receive once', () =>
    runRounds(counts.raceRounds, async () => {
      const conversationId = await fixture.replaceDm(alice, bob);
      const acked = await runConcurrently(raceCalls(alice, bob), ({ transport, index }) =>
        expectData(
          transport.request(sendMessage, {
            conversationId,
            content: `Number ${index}`,
            clientId: `${conversationId}-${index}`,
          }),
        ),
      );
      await fixture.expectReceived(
        'message.new',
        conversationId,
        acked.map(({ id }) => id),
        alice,
        bob,
      );
      const history = await readHistory(bob.transports[0]!, conversationId);
      const seenBy = ({ devices }: Racer): MessageDto[] =>
        devices.flatMap((device) => receivedMessages(device, conversationId).map(({ message }) => message));
      const observers = { alice: seenBy(alice), bob: seenBy(bob) };
      expect(findViolations({ acked, history, observers })).toEqual([]);
      expect(history.map(({ seq, version }) => [seq, version])).toEqual(
        Array.from({ length: CALLERS }, (_, index) => [index + 1, index + 2]),
      );
    }));

  it('use one clientId in two conversations, of which one gets the message and neither a gap', () =>
    runRounds(counts.raceRounds, async () => {
      const dms = [await fixture.replaceDm(alice, bob), await fixture.replaceDm(alice, carol)];
      const answers = await runConcurrently(raceCalls(alice), ({ transport, index }) =>
        transport.request(sendMessage, {
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
        const next = await expectData(
          alice.transports[1]!.request(sendMessage, { conversationId, content: 'Next' }),
        );
        const expected = conversationId === winner.conversationId ? [winner, next] : [next];
        expect(next.seq).toBe(expected.length);
        expect(await readHistory(alice.transports[0]!, conversationId)).toEqual(expected);
      }
    }));
});

describe('A retry after a restart of the server', () => {
  it('returns the same message over the other transport', async () => {
    const database = await createDatabase();
    const beforeIt = await startNode(database);
    const [alice, bob] = [await createUser(beforeIt, 'alice'), await createUser(beforeIt, 'bob')];
    const { id: conversationId } = await expectData(
      restTransport(beforeIt.url, alice.token).request(createConversation, {
        type: 'dm',
        memberIds: [bob.id],
      }),
    );
    await beforeIt.stop();

    await runRounds(counts.restarts, async (round) => {
      const transports = [`over REST ${round}`, `over a socket ${round}`];
      const send = async (inOrder: string[]): Promise<MessageDto[]> => {
        const node = await startNode(database);
        const device = await Device.connect(node.url, alice.token);
        const [first, second] = inOrder as [string, string];
        const sent = [
          await expectData(
            restTransport(node.url, alice.token).request(sendMessage, {
              conversationId,
              content: `${first}, said ${Date.now()}`,
              clientId: first,
            }),
          ),
          await expectData(
            device.request(sendMessage, {
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
      const sent = await send(transports);
      const again = await send([...transports].reverse());
      expect(again.reverse()).toEqual(sent);
      expect(sent.map(({ seq }) => seq)).toEqual([2 * round - 1, 2 * round]);
    });
    await database.drop();
  });
});
