export const MEMBER_ROLES = ['owner', 'admin', 'member'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** In what role somebody acts: their own in the conversation, or that of the host product. */
export type ActingRole = MemberRole | 'host';

interface Permission {
  roles: readonly MemberRole[];
  /** Whether it can be done in a DM at all. */
  inDm?: boolean;
  /** Whether it is allowed in a DM in which one blocks the other, or the other is inactive. */
  ignoresContactRestriction?: boolean;
  /** Whether an admin of the host product may do it everywhere, without being in the conversation. */
  byHost?: boolean;
}

const MANAGERS = ['owner', 'admin'] as const;

/** Who may do what in a conversation. */
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
  'conversation.update': { roles: MANAGERS, byHost: true },
  'conversation.delete': { roles: ['owner'], byHost: true },
  'member.add': { roles: MANAGERS, byHost: true },
  'member.update': { roles: ['owner'], byHost: true },
  'member.remove': { roles: MANAGERS, byHost: true },
  'member.leave': { roles: MEMBER_ROLES },
} satisfies Record<string, Permission>;

export type Action = keyof typeof permissions;

export function permissionFor(action: Action): Permission {
  return permissions[action];
}

const RANKS: Record<ActingRole, number> = { member: 0, admin: 1, owner: 2, host: 3 };

/** Owners are each other's equals; an admin manages members only. */
export function canManage(actor: ActingRole, other: MemberRole): boolean {
  return actor === 'owner' || RANKS[actor] > RANKS[other];
}
