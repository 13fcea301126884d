import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** What an event tells of the list of members: who is new in it hears of the whole conversation instead. */
export interface MembersChange {
  /** The version of the list before. */
  from: number;
  added?: readonly string[];
  removed?: readonly string[];
}

/**
 * Whom an event is for: some people, one device of somebody, or the members of a conversation as they were at one version
 * of their list.
 */
export type Target =
  | { userIds: readonly string[] }
  | { deviceRoom: string }
  | { conversationId: string; membersVersion: number; change?: MembersChange };

/** Reads who is in a conversation. Implemented by conversations. */
export abstract class MemberListProvider {
  abstract getMemberList(conversationId: string): Promise<MemberList>;
}

export interface MemberList {
  version: number;
  userIds: readonly string[];
}

/** Maximum number of user ids in all cached lists: about 100 MB. */
const MAX_CACHED = 1_000_000;

/**
 * Works out who hears an event. Keeps member lists and trusts one only while it has the version that the change in the
 * database returned, so somebody who was removed cannot linger in it. Who is out by the time that a list has to be read
 * hears no more than that they are.
 */
@Injectable()
export class RecipientResolver {
  private readonly lists = new LRUCache<string, MemberList>({
    maxSize: MAX_CACHED,
    sizeCalculation: ({ userIds }) => Math.max(1, userIds.length),
  });

  constructor(private readonly memberLists: MemberListProvider) {}

  /** The rooms of those who hear it: at once, when they are known. */
  resolve(target: Target): readonly string[] | Promise<readonly string[]> {
    if ('userIds' in target) return target.userIds;
    if ('deviceRoom' in target) return [target.deviceRoom];
    const { conversationId, membersVersion, change } = target;
    const kept = this.lists.get(conversationId);
    if (kept?.version === membersVersion) return without(kept.userIds, change?.added);
    if (!change || kept?.version !== change.from)
      return this.loadMembers(conversationId).then((userIds) => without(userIds, change?.added));
    const stayed = without(kept.userIds, change.removed);
    this.cacheMembers(conversationId, {
      version: membersVersion,
      userIds: stayed.concat(change.added ?? []),
    });
    return stayed;
  }

  cacheMembers(conversationId: string, list: MemberList): void {
    this.lists.set(conversationId, list);
  }

  private async loadMembers(conversationId: string): Promise<readonly string[]> {
    const list = await this.memberLists.getMemberList(conversationId);
    if (list.userIds.length > 0) this.cacheMembers(conversationId, list);
    return list.userIds;
  }
}

export function toUsers(...userIds: string[]): Target {
  return { userIds };
}

export function toDevice(userId: string, deviceId: string): Target {
  return { deviceRoom: deviceRoom(userId, deviceId) };
}

/** The room of the sockets of one device. */
export function deviceRoom(userId: string, deviceId: string): string {
  return `${userId}/${deviceId}`;
}

export function toMembers(conversationId: string, membersVersion: number, change?: MembersChange): Target {
  return { conversationId, membersVersion, change };
}

function without(userIds: readonly string[], some: readonly string[] = []): readonly string[] {
  const out = new Set(some);
  return out.size === 0 ? userIds : userIds.filter((userId) => !out.has(userId));
}
