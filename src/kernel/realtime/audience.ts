import { Injectable } from '@nestjs/common';

/** Whom an event is for: some people, or the members of a conversation as they were at one version of their list. */
export type Target = { userIds: readonly string[] } | { conversationId: string; membersVersion: number };

/** Reads who is in a conversation. Implemented by conversations. */
export abstract class MemberLists {
  abstract memberList(conversationId: string): Promise<MemberList>;
}

export interface MemberList {
  version: number;
  userIds: readonly string[];
}

/** Ids that are kept at most, in all lists: some 100 MB. */
const MOST_KEPT = 1_000_000;

/**
 * Works out who hears an event. Keeps member lists and trusts one only while it has the version that the change in the
 * database returned, so somebody who was removed cannot linger in it.
 */
@Injectable()
export class Audience {
  private readonly lists = new Map<string, MemberList>();
  private kept = 0;

  constructor(private readonly memberLists: MemberLists) {}

  /** The answer, at once when it is known. */
  of(target: Target): readonly string[] | Promise<readonly string[]> {
    if ('userIds' in target) return target.userIds;
    const kept = this.lists.get(target.conversationId);
    return kept?.version === target.membersVersion ? kept.userIds : this.read(target.conversationId);
  }

  private async read(conversationId: string): Promise<readonly string[]> {
    const list = await this.memberLists.memberList(conversationId);
    this.forget(conversationId);
    this.lists.set(conversationId, list);
    this.kept += list.userIds.length;
    for (const oldest of this.lists.keys()) {
      if (this.kept <= MOST_KEPT) break;
      this.forget(oldest);
    }
    return list.userIds;
  }

  private forget(conversationId: string): void {
    this.kept -= this.lists.get(conversationId)?.userIds.length ?? 0;
    this.lists.delete(conversationId);
  }
}

export function toUsers(...userIds: string[]): Target {
  return { userIds };
}

export function toMembers(conversationId: string, membersVersion: number): Target {
  return { conversationId, membersVersion };
}
