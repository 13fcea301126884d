export const MEMBER_ROLES = ['owner', 'admin', 'member'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

interface Permission {
  roles: readonly MemberRole[];
  /** Whether it is allowed in a DM in which one blocks the other, or the other is inactive. */
  acrossBarrier?: boolean;
}

/** Who may do what in a conversation that they are in. */
export const permissions = {
  'message.edit': { roles: MEMBER_ROLES },
  'message.delete': { roles: MEMBER_ROLES, acrossBarrier: true },
} satisfies Record<string, Permission>;

export type Action = keyof typeof permissions;

export function permissionFor(action: Action): Permission {
  return permissions[action];
}
