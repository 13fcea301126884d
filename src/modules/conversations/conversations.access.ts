import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { findErrorByCode } from '../../kernel/errors/app-error.js';
import { forbidden, notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { unavailable } from '../blocks/blocks.errors.js';
import { conversationFull, dmNotEditable } from './conversations.errors.js';
import { permissionFor, type Action } from './conversations.permissions.js';
import {
  ConversationsRepository,
  type ActorContext,
  type MembershipContext,
} from './conversations.repository.js';

export type { MembershipContext };

/** The only place that decides what a user may do in a conversation. For a non-member the conversation does not exist. */
@Injectable()
export class ConversationsAccess {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly conversations: ConversationsRepository,
  ) {}

  /** Permission to read the conversation. */
  async requireMember(user: AuthUser, conversationId: string): Promise<MembershipContext> {
    return this.requireMembershipContext(
      await this.conversations.findMembershipContext(conversationId, user.userId),
    );
  }

  /** The same check of a context that another query has read (`membership_context`). */
  requireMembershipContext<Context extends MembershipContext>(context: Context | null): Context {
    if (!context) throw notFound();
    if (!context.is_active) throw unauthenticated();
    return context;
  }

  /** Permission for an action that does not change the conversation itself; takes no lock. */
  async authorize(user: AuthUser, conversationId: string, action: Action): Promise<MembershipContext> {
    const context = await this.requireMember(user, conversationId);
    const { roles, ignoresContactRestriction = false } = permissionFor(action);
    if (!roles.includes(context.role)) throw forbidden();
    if (!ignoresContactRestriction) this.requireNoContactRestriction(context.contact_restriction);
    return context;
  }

  /** Permission to list the members: any member, and in a group or channel also a host admin. */
  async authorizeMemberList(user: AuthUser, conversationId: string): Promise<void> {
    const context = await this.conversations.findHostAdminContext(conversationId, user.userId);
    if (!context || context.type === 'dm') await this.requireMember(user, conversationId);
  }

  /** Permission to change the conversation. Locks it first, so that the check sees what the lock waited for. */
  async lockAndAuthorize(user: AuthUser, conversationId: string, action: Action): Promise<ActorContext> {
    await this.lock(conversationId);
    const permission = permissionFor(action);
    const { roles, inDm = false, ignoresContactRestriction = false, byHostAdmin = false } = permission;
    const context = await this.conversations.findMembershipContext(conversationId, user.userId);
    if (context && !context.is_active) throw unauthenticated();
    if (context?.type === 'dm' && !inDm) throw dmNotEditable();
    if (context && roles.includes(context.role)) {
      if (!ignoresContactRestriction) this.requireNoContactRestriction(context.contact_restriction);
      return context;
    }
    const hostAdmin = byHostAdmin
      ? await this.conversations.findHostAdminContext(conversationId, user.userId)
      : null;
    if (hostAdmin?.type === 'dm') throw dmNotEditable();
    if (!hostAdmin) throw context ? forbidden() : notFound();
    return hostAdmin;
  }

  /** Permission to join without an invitation, under the lock. Also granted to a user that is a member already. */
  async lockAndAuthorizeJoin(user: AuthUser, conversationId: string): Promise<{ isMember: boolean }> {
    await this.lock(conversationId);
    const joinRule = await this.conversations.findJoinRule(conversationId, user.userId);
    if (joinRule && !joinRule.is_active) throw unauthenticated();
    const context = await this.conversations.findMembershipContext(conversationId, user.userId);
    if (!context && !joinRule?.is_open) throw notFound();
    return { isMember: context !== null };
  }

  /** Lock without a check, for changes made by the server itself. */
  async lock(conversationId: string): Promise<void> {
    this.unitOfWork.lock(conversationId);
    await this.conversations.lockConversation(conversationId);
  }

  /** Permission to contact the users or add them to a group. A host admin only needs them to exist. */
  async requireContacts(
    user: AuthUser,
    userIds: readonly string[],
    { asHostAdmin = false } = {},
  ): Promise<void> {
    const restrictions = await this.conversations.findContactRestrictions(user.userId, userIds);
    const restriction = restrictions.find((code) => (asHostAdmin ? code === notFound.code : code !== null));
    this.requireNoContactRestriction(restriction ?? null);
  }

  /** Throws the error of a contact restriction between the members of a DM. */
  requireNoContactRestriction(restriction: string | null): void {
    if (restriction) throw (findErrorByCode(restriction) ?? unavailable)();
  }

  requireCapacity(memberCount: number): void {
    if (memberCount > this.config.maxGroupMembers) throw conversationFull();
  }
}
