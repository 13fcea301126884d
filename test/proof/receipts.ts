import type { MarkDto, ReceiptsDto } from '../../src/modules/conversations/dto/receipts.dto.js';
import { deliveredConversation, readConversation } from '../../src/modules/conversations/marks.contract.js';
import { sync } from '../../src/modules/inbox/inbox.contract.js';
import type { ReceiptDto } from '../../src/modules/messages/receipts/dto/message-receipts.dto.js';
import { listReceipts } from '../../src/modules/messages/receipts/message-receipts.contract.js';
import { updateUser } from '../../src/modules/users/users.contract.js';
import { data, type Device } from '../setup/doors.js';
import { until } from '../setup/until.js';
import type { Actor, Scene } from './both-ways.js';

export const read = (who: Actor, conversationId: string, seq: number): Promise<object> =>
  data(who.door.ask(readConversation, { conversationId, seq }));
export const received = (who: Actor, conversationId: string, seq: number): Promise<object> =>
  data(who.door.ask(deliveredConversation, { conversationId, seq }));
export const hideReads = (who: Actor, readReceipts = false): Promise<object> =>
  data(who.door.ask(updateUser, { userId: 'me', settings: { readReceipts } }));

export function toldTo({ heard }: Device, conversationId: string): ReceiptsDto[] {
  return heard
    .filter(({ name, payload }) => name === 'receipt.updated' && payload.conversationId === conversationId)
    .map(({ payload }) => payload as unknown as ReceiptsDto);
}

/** What a device knows by what it heard: [delivered, read] of each. */
export function knownTo(device: Device, conversationId: string): Record<string, unknown> {
  const marks = toldTo(device, conversationId).flatMap((told) => told.marks);
  return Object.fromEntries(
    marks.map(({ userId, deliveredSeq, readSeq }) => [userId, [deliveredSeq, readSeq]]),
  );
}

export async function untilKnown(
  device: Device,
  conversationId: string,
  userId: string,
  mark: unknown[],
): Promise<void> {
  const isKnown = (): boolean => String(knownTo(device, conversationId)[userId]) === String(mark);
  await until(isKnown).catch(() => expect(knownTo(device, conversationId)[userId]).toEqual(mark));
}

export async function marksFor(
  { door }: Actor,
  conversationId: string,
): Promise<Record<string, unknown> | null> {
  const asked = { conversations: { [conversationId]: 1 }, watch: [conversationId] };
  const { marks } = (await data(door.ask(sync, asked))).conversations[0]!;
  return (
    marks &&
    Object.fromEntries(marks.map((mark: MarkDto) => [mark.userId, [mark.deliveredSeq, mark.readSeq]]))
  );
}

export async function receiptsFor({ rest }: Actor, messageId: string): Promise<ReceiptDto[]> {
  return (await data(rest.ask(listReceipts, { messageId }))).items;
}

/** A group of all three, in which alice has said so many things. */
export async function trio({ alice, bob, carol, group, say }: Scene, count = 3): Promise<[string, string[]]> {
  const conversationId = await group({ memberIds: [bob.id, carol.id] });
  const ids: string[] = [];
  while (ids.length < count) ids.push((await say(alice, conversationId)).id);
  return [conversationId, ids];
}
