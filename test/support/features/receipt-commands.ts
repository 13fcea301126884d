import type { ReceiptDto, ReceiptsDto } from '../../../src/modules/conversations/dto/receipts.dto.js';
import {
  markConversationDelivered,
  markConversationRead,
} from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { ReceiptPublisherService } from '../../../src/modules/conversations/memberships/receipt-publisher.service.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import type { MessageReceiptDto } from '../../../src/modules/messages/dto/message-receipts.dto.js';
import { listMessageReceipts } from '../../../src/modules/messages/messages.contract.js';
import { updateUser } from '../../../src/modules/users/users.contract.js';
import { expectData, type Device } from '../clients/transports.js';
import { waitUntil } from '../environment/wait-until.js';
import type { TestActor, ScenarioContext } from '../clients/both-transports.js';

export const markRead = (actor: TestActor, conversationId: string, seq: number): Promise<object> =>
  expectData(actor.transport.request(markConversationRead, { conversationId, seq }));
export const markDelivered = (actor: TestActor, conversationId: string, seq: number): Promise<object> =>
  expectData(actor.transport.request(markConversationDelivered, { conversationId, seq }));
export const setReadReceipts = (actor: TestActor, readReceipts = false): Promise<object> =>
  expectData(actor.transport.request(updateUser, { userId: 'me', settings: { readReceipts } }));

export function receivedReceipts({ events: received }: Device, conversationId: string): ReceiptsDto[] {
  return received
    .filter(({ name, payload }) => name === 'receipt.updated' && payload.conversationId === conversationId)
    .map(({ payload }) => payload as unknown as ReceiptsDto);
}

/** Receipts of each member as received by a device: [delivered, read]. */
export function latestReceipts(device: Device, conversationId: string): Record<string, unknown> {
  const receipts = receivedReceipts(device, conversationId).flatMap((event) => event.receipts);
  return Object.fromEntries(
    receipts.map(({ userId, deliveredSeq, readSeq }) => [userId, [deliveredSeq, readSeq]]),
  );
}

export async function waitForReceipt(
  device: Device,
  conversationId: string,
  userId: string,
  positions: unknown[],
): Promise<void> {
  const isKnown = (): boolean => String(latestReceipts(device, conversationId)[userId]) === String(positions);
  await waitUntil(isKnown).catch(() =>
    expect(latestReceipts(device, conversationId)[userId]).toEqual(positions),
  );
}

/** Waits until all changed receipts are published and their interval has passed, and the device has their events. */
export async function untilReceiptsPublished({ server }: ScenarioContext, device: Device): Promise<void> {
  const receipts = server.app.get<unknown, { pendingUserIds: Map<string, object> }>(ReceiptPublisherService);
  await waitUntil(() => receipts.pendingUserIds.size === 0);
  await device.settleEvents();
}

export async function syncReceipts(
  { transport }: TestActor,
  conversationId: string,
): Promise<Record<string, unknown> | null> {
  const input = { conversations: { [conversationId]: 1 }, receiptsFor: [conversationId] };
  const { receipts } = (await expectData(transport.request(sync, input))).conversations[0]!;
  return (
    receipts &&
    Object.fromEntries(
      receipts.map((receipt: ReceiptDto) => [receipt.userId, [receipt.deliveredSeq, receipt.readSeq]]),
    )
  );
}

export async function readMessageReceipts(
  { rest }: TestActor,
  messageId: string,
): Promise<MessageReceiptDto[]> {
  return (await expectData(rest.request(listMessageReceipts, { messageId }))).items;
}

/** Creates a group of all three with the given number of messages by alice. */
export async function createGroupOfThree(
  { alice, bob, carol, group, sendText }: ScenarioContext,
  count = 3,
): Promise<[string, string[]]> {
  const conversationId = await group({ memberIds: [bob.id, carol.id] });
  const ids: string[] = [];
  while (ids.length < count) ids.push((await sendText(alice, conversationId)).id);
  return [conversationId, ids];
}
