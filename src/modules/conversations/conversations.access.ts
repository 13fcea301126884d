import { Injectable } from '@nestjs/common';
import { forbidden, notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { DefinedError } from '../../kernel/errors/app-error.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { blockedByYou, unavailable } from '../users/users.errors.js';
import { dmIsFixed } from './conversations.errors.js';
import { permissionFor, type Action } from './conversations.permissions.js';
import { ConversationsRepository, type ActingStanding, type Standing } from './conversations.repository.js';

export type { Standing };

const BARRIERS: Record<string, DefinedError> = {
  [blockedByYou.code]: blockedByYou,
  [unavailable.code]: unavailable,
  [notFound.code]: notFound,
};

/** The only place that decides what somebody may do in a conversation. To who is not in it, it does not exist. */
@Injectable()
export class ConversationsAccess {
  constructor(private readonly conversations: ConversationsRepository) {}

  /** They may read it. */
  async requireMember(caller: Caller, conversationId: string): Promise<Standing> {
    return this.requireStanding(await this.conversations.findStanding(conversationId, caller.userId));
  }

  /** The same, by a standing (`conversation_standing`) that was looked up together with something else. */
  requireStanding<Found extends Standing>(standing: Found | null): Found {
    if (!standing) throw notFound();
    if (!standing.is_active) throw unauthenticated();
    return standing;
  }

  /** They may do what changes nothing of the conversation itself: nothing is locked. */
  async requireTo(caller: Caller, conversationId: string, action: Action): Promise<Standing> {
    const standing = await this.requireMember(caller, conversationId);
    const { roles, acrossBarrier = false } = permissionFor(action);
    if (!roles.includes(standing.role)) throw forbidden();
    if (!acrossBarrier) this.requireNoBarrier(standing.barrier);
    return standing;
  }

  /** They may see who is in it: its members, and of a group or channel the host, which may put them there. */
  async requireToSeeMembers(caller: Caller, conversationId: string): Promise<void> {
    const host = await this.conversations.findHostStanding(conversationId, caller.userId);
    if (!host || host.type === 'dm') await this.requireMember(caller, conversationId);
  }

  /** They may change it now: locks the conversation first, so that the check sees what the lock waited for. */
  async requireToChange(caller: Caller, conversationId: string, action: Action): Promise<ActingStanding> {
    await this.conversations.lock(conversationId);
    const { roles, inDm = false, acrossBarrier = false, byHost = false } = permissionFor(action);
    const standing = await this.conversations.findStanding(conversationId, caller.userId);
    if (standing && !standing.is_active) throw unauthenticated();
    if (standing?.type === 'dm' && !inDm) throw dmIsFixed();
    if (standing && roles.includes(standing.role)) {
      if (!acrossBarrier) this.requireNoBarrier(standing.barrier);
      return standing;
    }
    const host = byHost ? await this.conversations.findHostStanding(conversationId, caller.userId) : null;
    if (host?.type === 'dm') throw dmIsFixed();
    if (!host) throw standing ? forbidden() : notFound();
    return host;
  }

  /** For what the server does by itself; who may is no question then. */
  async lock(conversationId: string): Promise<void> {
    await this.conversations.lock(conversationId);
  }

  /** They may write to these people, or bring them into a group; the host may, whoever blocks whom. */
  async requireContacts(caller: Caller, userIds: readonly string[], { asHost = false } = {}): Promise<void> {
    const barriers = await this.conversations.findBarriers(caller.userId, userIds);
    const barrier = barriers.find((found) => (asHost ? found === notFound.code : found !== null));
    this.requireNoBarrier(barrier ?? null);
  }

  /** Nothing stands between the two of a DM. */
  requireNoBarrier(barrier: string | null): void {
    if (barrier) throw (BARRIERS[barrier] ?? unavailable)();
  }
}
