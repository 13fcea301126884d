export const MEMBER_ROLES = ['owner', 'admin', 'member'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** Role in which a user acts: its role in the conversation, or host admin. */
export type ActingRole = MemberRole | 'host_admin';

interface Permission {
  roles: readonly MemberRole[];
  /** Whether the action exists in a DM. */
  inDm?: boolean;
  /** Whether the action is allowed in a DM with a contact restriction between its members. */
  ignoresContactRestriction?: boolean;
  /** Whether a host admin may do it in every conversation, without being a member. */
  byHostAdmin?: boolean;
}

const MANAGERS = ['owner', 'admin'] as const;

/** Permissions in a conversation: the roles that may perform each action. */
export const permissions = {
  typing: { roles: MEMBER_ROLES, inDm: true },
  'message.schedule': { roles: MEMBER_ROLES, inDm: true },
  'message.edit': { roles: MEMBER_ROLES, inDm: true },
  'message.mention_all': { roles: MANAGERS },
  'message.react': { roles: MEMBER_ROLES, inDm: true },
  'message.pin': { roles: MEMBER_ROLES, inDm: true },
  'message.delete': { roles: MEMBER_ROLES, inDm: true, ignoresContactRestriction: true },
  'poll.create': { roles: MEMBER_ROLES, inDm: true },
  'poll.vote': { roles: MEMBER_ROLES, inDm: true },
  'poll.close': { roles: MEMBER_ROLES, inDm: true },
  'poll.close_of_others': { roles: MANAGERS, inDm: true },
  'call.start': { roles: MEMBER_ROLES, inDm: true, ignoresContactRestriction: true },
  'call.join': { roles: MEMBER_ROLES, inDm: true, ignoresContactRestriction: true },
  'call.leave': { roles: MEMBER_ROLES, inDm: true, ignoresContactRestriction: true },
  'call.end': { roles: MEMBER_ROLES, inDm: true, ignoresContactRestriction: true },
  'call.end_of_others': { roles: MANAGERS },
  'conversation.update': { roles: MANAGERS, byHostAdmin: true },
  'conversation.delete': { roles: ['owner'], byHostAdmin: true },
  'member.add': { roles: MANAGERS, byHostAdmin: true },
  'member.update': { roles: ['owner'], byHostAdmin: true },
  'member.remove': { roles: MANAGERS, byHostAdmin: true },
  'member.leave': { roles: MEMBER_ROLES },
} satisfies Record<string, Permission>;

export type Action = keyof typeof permissions;

export function permissionFor(action: Action): Permission {
  return permissions[action];
}

const RANKS: Record<ActingRole, number> = { member: 0, admin: 1, owner: 2, host_admin: 3 };

/** Whether the actor may manage the other member. Owners may manage each other; an admin manages members only. */
export function canManage(actor: ActingRole, other: MemberRole): boolean {
  return actor === 'owner' || RANKS[actor] > RANKS[other];
}
