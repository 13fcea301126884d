import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ConnectedUsers } from './connected-users.js';

/** Change of the member list by an event. Added users receive the whole conversation in another event instead. */
export interface MembersChange {
  /** Version of the list before the change. */
  from: number;
  added?: readonly string[];
  removed?: readonly string[];
}

/** Members of a conversation at a version of the member list, except these users. */
interface MemberRecipients {
  conversationId: string;
  membersVersion: number;
  change?: MembersChange;
  except?: readonly string[];
}

/** Recipients of an event: users, one device or socket, or the members of a conversation. */
export type Recipients = { userIds: readonly string[] } | { room: string } | MemberRecipients;

/** Reads the members of a conversation. Implemented by conversations. */
export abstract class MemberListProvider {
  /** All members; null when the conversation has more than `maxMembers`. */
  abstract findMemberList(conversationId: string, maxMembers: number): Promise<MemberList | null>;

  /** The members among these users. */
  abstract getMembersAmong(conversationId: string, userIds: readonly string[]): Promise<MemberList>;
}

/** Members of a conversation at a version of the member list. Version 0: no such conversation. */
export interface MemberList {
  version: number;
  userIds: readonly string[];
}

interface CachedList extends MemberList {
  /** Whether the list has all members. False: those of the users that connected to this node before `position`. */
  isComplete: boolean;
  position: number;
}

/** Number of members up to which a list has all of them, so that a connection causes no query. */
const MAX_COMPLETE = 1_000;
/** Maximum number of user ids in all cached lists: about 100 MB. */
const MAX_CACHED_USER_IDS = 1_000_000;

/**
 * Resolves the recipients of events to connected users of this node. A cached member list is used only while its version
 * equals the one returned by the write, so a removed user receives nothing. A list read later excludes users removed
 * meanwhile. The list of a large conversation has connected users only: users that connected later are looked up before
 * the next event (docs/decisions/0040).
 */
@Injectable()
export class RecipientResolver {
  private readonly cache = new LRUCache<string, CachedList>({
    maxSize: MAX_CACHED_USER_IDS,
    sizeCalculation: ({ userIds }) => Math.max(1, userIds.length),
  });
  /** Readings in progress by conversation id. */
  private readonly readings = new Map<string, Promise<CachedList>>();

  constructor(
    private readonly provider: MemberListProvider,
    private readonly users: ConnectedUsers,
  ) {}

  /** Rooms of the connected recipients; a promise only when members have to be read. */
  resolve(recipients: Recipients): readonly string[] | Promise<readonly string[]> {
    if ('room' in recipients) return [recipients.room];
    if ('userIds' in recipients) return this.filterConnected(recipients.userIds);
    const list = this.findList(recipients);
    return list && this.hasAllConnected(list) ? this.toRooms(list, recipients) : this.readRooms(recipients);
  }

  /** Caches the complete member list of a new conversation. */
  cacheMembers(conversationId: string, list: MemberList): void {
    this.cacheList(conversationId, { ...list, isComplete: true, position: 0 });
  }

  /** Cached list at the version of the recipients. A list of the version before a change gets the change. */
  private findList({ conversationId, membersVersion, change }: MemberRecipients): CachedList | undefined {
    const cached = this.cache.get(conversationId);
    if (cached?.version === membersVersion) return cached;
    if (!cached || cached.version !== change?.from) return undefined;
    const userIds = without(cached.userIds, change.removed).concat(change.added ?? []);
    return this.cacheList(conversationId, { ...cached, version: membersVersion, userIds });
  }

  private hasAllConnected({ isComplete, position }: CachedList): boolean {
    return isComplete || position === this.users.position;
  }

  private toRooms(list: CachedList, { change, except = [] }: MemberRecipients): readonly string[] {
    const connected = this.filterConnected(list.userIds);
    if (!list.isComplete) list.userIds = connected;
    return without(connected, [...(change?.added ?? []), ...except]);
  }

  /** Waits for readings in progress; starts one if the last began before the change or before a user connected. */
  private async readRooms(recipients: MemberRecipients): Promise<readonly string[]> {
    const { conversationId, membersVersion } = recipients;
    for (
      let reading = this.readings.get(conversationId);
      reading;
      reading = this.readings.get(conversationId)
    ) {
      const list = await reading;
      if (list.version >= membersVersion && this.hasAllConnected(list)) return this.toRooms(list, recipients);
    }
    return this.toRooms(await this.startReading(conversationId, membersVersion), recipients);
  }

  private startReading(conversationId: string, membersVersion: number): Promise<CachedList> {
    const reading = this.readList(conversationId, membersVersion).finally(() => {
      if (this.readings.get(conversationId) === reading) this.readings.delete(conversationId);
    });
    this.readings.set(conversationId, reading);
    return reading;
  }

  private async readList(conversationId: string, membersVersion: number): Promise<CachedList> {
    const extended = await this.extendList(conversationId, membersVersion);
    if (extended) return extended;
    const { position } = this.users;
    const complete = await this.provider.findMemberList(conversationId, MAX_COMPLETE);
    const list = complete ?? (await this.provider.getMembersAmong(conversationId, this.users.listUserIds()));
    return this.cacheList(conversationId, { ...list, isComplete: complete !== null, position });
  }

  /** Adds users that connected since the last reading. Undefined unless the cached list has the version of the database. */
  private async extendList(conversationId: string, membersVersion: number): Promise<CachedList | undefined> {
    const cached = this.cache.get(conversationId);
    if (!cached || cached.isComplete || cached.version < membersVersion) return undefined;
    const { position } = this.users;
    const arrivedIds = this.users.findConnectedSince(cached.position);
    if (!arrivedIds) return undefined;
    const found = await this.provider.getMembersAmong(conversationId, arrivedIds);
    const current = this.cache.get(conversationId);
    if (current?.version !== found.version || current.position !== cached.position) return undefined;
    const userIds = [...new Set([...current.userIds, ...found.userIds])];
    return this.cacheList(conversationId, { ...current, userIds, position });
  }

  /** A list that has grown too large for all members keeps the connected ones. */
  private cacheList(conversationId: string, list: CachedList): CachedList {
    const isTooLarge = list.isComplete && list.userIds.length > MAX_COMPLETE;
    const cached = isTooLarge
      ? {
          ...list,
          isComplete: false,
          position: this.users.position,
          userIds: this.filterConnected(list.userIds),
        }
      : list;
    if (cached.version > 0) this.cache.set(conversationId, cached);
    return cached;
  }

  private filterConnected(userIds: readonly string[]): string[] {
    return userIds.filter((userId) => this.users.isConnected(userId));
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

/** The members except these users. */
export function toMembersExcept(
  conversationId: string,
  membersVersion: number,
  except: readonly string[],
): Recipients {
  return { conversationId, membersVersion, except };
}

function without(userIds: readonly string[], excluded: readonly string[] = []): readonly string[] {
  const excludedIds = new Set(excluded);
  return excludedIds.size === 0 ? userIds : userIds.filter((userId) => !excludedIds.has(userId));
}
