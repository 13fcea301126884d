import type { ReceiptDto, ReceiptsDto } from '../../src/modules/conversations/dto/receipts.dto.js';
import {
  markConversationDelivered,
  markConversationRead,
} from '../../src/modules/conversations/memberships/memberships.contract.js';
import { receiptUpdated } from '../../src/modules/conversations/memberships/memberships.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { deleteMessage, sendMessage } from '../../src/modules/messages/messages.contract.js';
import {
  runConcurrently,
  CALLERS,
  raceCalls,
  RaceFixture,
  type Racer,
  runRounds,
} from '../support/concurrency/race-fixture.js';
import { counts } from '../support/environment/counts.js';
import { expectData, type Device } from '../support/clients/transports.js';

const SENT = 20;
/** Each deleting caller has its own message. */
const DELETED = CALLERS / 4;

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

  it('read and receive messages while some are deleted: the others have their receipts, published in order', () =>
    runRounds(counts.raceRounds, async (round) => {
      const conversationId = await fixture.replaceGroup(bob, [alice, carol]);
      const sent = await send(conversationId);
      const [remaining, deleted] = [sent.slice(DELETED), sent.slice(0, DELETED)];
      await runConcurrently<object>(raceCalls(alice, bob, carol, alice), ({ racer, transport, index }) => {
        if (racer === bob)
          return expectData(transport.request(deleteMessage, { messageId: deleted[index >> 2]!.id }));
        const receipt = (index + round) % 3 === 0 ? markConversationDelivered : markConversationRead;
        const seq = index < CALLERS - 4 ? ((index * 7 + round * 3) % SENT) + 1 : SENT;
        return expectData(transport.request(receipt, { conversationId, seq }));
      });
      const { rows } = await fixture.sql.query<{ by: string; id: string }>(
        `SELECT user_id AS by, message_id AS id FROM message_status JOIN messages ON messages.id = message_id
         WHERE conversation_id = $1 ORDER BY seq`,
        [conversationId],
      );
      for (const racer of [alice, carol])
        expect(rows.filter(({ by }) => by === racer.id).map(({ id }) => id)).toEqual(
          remaining.map(({ id }) => id),
        );
      for (const device of fixture.racers.flatMap(({ devices }) => devices))
        expectForward(device, conversationId);
      await fixture.expectConsistent();
    }));

  async function send(conversationId: string): Promise<MessageDto[]> {
    const sent: MessageDto[] = [];
    for (let number = 1; number <= SENT; number++)
      sent.push(
        await expectData(
          bob.devices[0]!.request(sendMessage, { conversationId, content: `Number ${number}` }),
        ),
      );
    return sent;
  }
});

/** Receipts received by a device never decrease. */
function expectForward({ events: received }: Device, conversationId: string): void {
  const known = new Map<string, ReceiptDto>();
  for (const { name, payload } of received) {
    if (name !== receiptUpdated.name || payload.conversationId !== conversationId) continue;
    for (const receipt of (payload as unknown as ReceiptsDto).receipts) {
      const before = known.get(receipt.userId);
      expect(receipt.deliveredSeq).toBeGreaterThanOrEqual(before?.deliveredSeq ?? 0);
      expect(receipt.readSeq!).toBeGreaterThanOrEqual(before?.readSeq ?? 0);
      known.set(receipt.userId, receipt);
    }
  }
}
