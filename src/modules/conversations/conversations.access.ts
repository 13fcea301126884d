import { Injectable } from '@nestjs/common';
import { forbidden, notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { DefinedError } from '../../kernel/errors/app-error.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import { dmNotEditable } from './conversations.errors.js';
import { permissionFor, type Action } from './conversations.permissions.js';
import {
  ConversationsRepository,
  type ActorContext,
  type MembershipContext,
} from './conversations.repository.js';

export type { MembershipContext };

const CONTACT_ERRORS: Record<string, DefinedError> = {
  [blockedByYou.code]: blockedByYou,
  [unavailable.code]: unavailable,
  [notFound.code]: notFound,
};

/** The only place that decides what somebody may do in a conversation. To who is not in it, it does not exist. */
@Injectable()
export class ConversationsAccess {
  constructor(private readonly conversations: ConversationsRepository) {}

  /** They may read it. */
  async requireMember(user: AuthUser, conversationId: string): Promise<MembershipContext> {
    return this.requireMembershipContext(
      await this.conversations.findMembershipContext(conversationId, user.userId),
    );
  }

  /** The same, with a context (`membership_context`) that was looked up together with something else. */
  requireMembershipContext<Found extends MembershipContext>(context: Found | null): Found {
    if (!context) throw notFound();
    if (!context.is_active) throw unauthenticated();
    return context;
  }

  /** They may do what changes nothing of the conversation itself: nothing is locked. */
  async authorize(user: AuthUser, conversationId: string, action: Action): Promise<MembershipContext> {
    const context = await this.requireMember(user, conversationId);
    const { roles, ignoresContactRestriction = false } = permissionFor(action);
    if (!roles.includes(context.role)) throw forbidden();
    if (!ignoresContactRestriction) this.requireNoContactRestriction(context.contact_restriction);
    return context;
  }

  /** They may see who is in it: its members, and of a group or channel the host, which may put them there. */
  async authorizeMemberList(user: AuthUser, conversationId: string): Promise<void> {
    const host = await this.conversations.findHostContext(conversationId, user.userId);
    if (!host || host.type === 'dm') await this.requireMember(user, conversationId);
  }

  /** They may change it now: locks the conversation first, so that the check sees what the lock waited for. */
  async lockAndAuthorize(user: AuthUser, conversationId: string, action: Action): Promise<ActorContext> {
    await this.conversations.lock(conversationId);
    const { roles, inDm = false, ignoresContactRestriction = false, byHost = false } = permissionFor(action);
    const context = await this.conversations.findMembershipContext(conversationId, user.userId);
    if (context && !context.is_active) throw unauthenticated();
    if (context?.type === 'dm' && !inDm) throw dmNotEditable();
    if (context && roles.includes(context.role)) {
      if (!ignoresContactRestriction) this.requireNoContactRestriction(context.contact_restriction);
      return context;
    }
    const host = byHost ? await this.conversations.findHostContext(conversationId, user.userId) : null;
    if (host?.type === 'dm') throw dmNotEditable();
    if (!host) throw context ? forbidden() : notFound();
    return host;
  }

  /** For what the server does by itself; who may is no question then. */
  async lock(conversationId: string): Promise<void> {
    await this.conversations.lock(conversationId);
  }

  /** They may write to these people, or bring them into a group; the host may, whoever blocks whom. */
  async requireContacts(user: AuthUser, userIds: readonly string[], { asHost = false } = {}): Promise<void> {
    const restrictions = await this.conversations.findContactRestrictions(user.userId, userIds);
    const restriction = restrictions.find((found) => (asHost ? found === notFound.code : found !== null));
    this.requireNoContactRestriction(restriction ?? null);
  }

  /** Nothing stands between the two of a DM. */
  requireNoContactRestriction(restriction: string | null): void {
    if (restriction) throw (CONTACT_ERRORS[restriction] ?? unavailable)();
  }
}
