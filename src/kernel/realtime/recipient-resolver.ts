import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** Change of the member list by an event. Added users receive the whole conversation in another event instead. */
export interface MembersChange {
  /** Version of the list before the change. */
  from: number;
  added?: readonly string[];
  removed?: readonly string[];
}

/** Recipients of an event: users, one device or socket, or the members of a conversation at a version of the member list. */
export type Recipients =
  | { userIds: readonly string[] }
  | { room: string }
  | { conversationId: string; membersVersion: number; change?: MembersChange };

/** Reads the member list of a conversation. Implemented by conversations. */
export abstract class MemberListProvider {
  abstract getMemberList(conversationId: string): Promise<MemberList>;
}

export interface MemberList {
  version: number;
  userIds: readonly string[];
}

/** Maximum number of user ids in all cached lists: about 100 MB. */
const MAX_CACHED_USER_IDS = 1_000_000;

/**
 * Resolves the recipients of events. A cached member list is used only while its version equals the one returned by the
 * write, so a removed user receives nothing. A list read later excludes users removed meanwhile.
 */
@Injectable()
export class RecipientResolver {
  private readonly cache = new LRUCache<string, MemberList>({
    maxSize: MAX_CACHED_USER_IDS,
    sizeCalculation: ({ userIds }) => Math.max(1, userIds.length),
  });

  constructor(private readonly provider: MemberListProvider) {}

  /** Rooms of the recipients; a promise only when the member list has to be read. */
  resolve(recipients: Recipients): readonly string[] | Promise<readonly string[]> {
    if ('userIds' in recipients) return recipients.userIds;
    if ('room' in recipients) return [recipients.room];
    const { conversationId, membersVersion, change } = recipients;
    const cached = this.cache.get(conversationId);
    if (cached?.version === membersVersion) return without(cached.userIds, change?.added);
    if (!change || cached?.version !== change.from)
      return this.loadMembers(conversationId).then((userIds) => without(userIds, change?.added));
    const remaining = without(cached.userIds, change.removed);
    this.cacheMembers(conversationId, {
      version: membersVersion,
      userIds: remaining.concat(change.added ?? []),
    });
    return remaining;
  }

  cacheMembers(conversationId: string, list: MemberList): void {
    this.cache.set(conversationId, list);
  }

  private async loadMembers(conversationId: string): Promise<readonly string[]> {
    const list = await this.provider.getMemberList(conversationId);
    if (list.userIds.length > 0) this.cacheMembers(conversationId, list);
    return list.userIds;
  }
}

export function toUsers(...userIds: string[]): Recipients {
  return { userIds };
}

/** The socket of a device; without a socket all sockets of the device. */
export function toDevice(device: { userId: string; deviceId: string; socketId: string | null }): Recipients {
  const { userId, deviceId, socketId } = device;
  return { room: socketId ?? deviceRoom(userId, deviceId) }; // Socket.IO: each socket has a room named by its id
}

/** Name of the room with the sockets of a device. */
export function deviceRoom(userId: string, deviceId: string): string {
  return `${userId}/${deviceId}`;
}

export function toMembers(
  conversationId: string,
  membersVersion: number,
  change?: MembersChange,
): Recipients {
  return { conversationId, membersVersion, change };
}

function without(userIds: readonly string[], excluded: readonly string[] = []): readonly string[] {
  const excludedIds = new Set(excluded);
  return excludedIds.size === 0 ? userIds : userIds.filter((userId) => !excludedIds.has(userId));
}
