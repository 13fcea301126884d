import { Injectable } from '@nestjs/common';
import { forbidden, notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { DefinedError } from '../../kernel/errors/app-error.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { blockedByYou, unavailable } from '../users/users.errors.js';
import { permissionFor, type Action } from './conversations.permissions.js';
import { ConversationsRepository, type Standing } from './conversations.repository.js';

const BARRIERS: Record<string, DefinedError> = {
  [blockedByYou.code]: blockedByYou,
  [unavailable.code]: unavailable,
};

/** The only place that decides what somebody may do in a conversation. To who is not in it, it does not exist. */
@Injectable()
export class ConversationsAccess {
  constructor(private readonly conversations: ConversationsRepository) {}

  /** They may read it. */
  async requireMember(caller: Caller, conversationId: string): Promise<Standing> {
    const standing = await this.conversations.findStanding(conversationId, caller.userId);
    if (!standing) throw notFound();
    if (!standing.is_active) throw unauthenticated();
    return standing;
  }

  /** They may change it now: locks the conversation first, so that the check sees what the lock waited for. */
  async requireToChange(caller: Caller, conversationId: string, action: Action): Promise<Standing> {
    await this.conversations.lock(conversationId);
    const standing = await this.requireMember(caller, conversationId);
    const { roles, acrossBarrier = false } = permissionFor(action);
    if (!roles.includes(standing.role)) throw forbidden();
    if (!acrossBarrier) this.requireNoBarrier(standing.barrier);
    return standing;
  }

  /** They may write to this person. */
  async requireContact(caller: Caller, userId: string): Promise<void> {
    this.requireNoBarrier(await this.conversations.findBarrier(caller.userId, userId));
  }

  private requireNoBarrier(barrier: string | null): void {
    if (barrier) throw (BARRIERS[barrier] ?? unavailable)();
  }
}
