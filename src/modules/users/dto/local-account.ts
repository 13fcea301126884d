import type { AccountDto } from './user.dto.js';

/** Somebody whose account is kept here, before they have one. */
export interface NewAccount {
  username: string;
  email: string | null;
  displayName: string | null;
  passwordHash: string;
}

/** An account kept here, as signing in needs it. */
export interface LocalAccount {
  me: AccountDto;
  passwordHash: string;
}
