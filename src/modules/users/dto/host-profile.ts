import type { UserRole } from '../../../kernel/identity/auth-user.js';

/** A person as the host's token describes them. */
export interface HostProfile {
  tmsUserId: string;
  username: string | null;
  email: string | null;
  displayName: string | null;
  avatarUrl: string | null;
  role: UserRole;
  issuedAt: Date | null;
}
