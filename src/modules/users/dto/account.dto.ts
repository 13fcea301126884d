import {
  BooleanField,
  DateTimeField,
  EnumField,
  IntField,
  NestedField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { USER_ROLES, type UserRole } from '../../../kernel/identity/auth-user.js';
import { UserDto, type UserRow } from './user.dto.js';

export const READ_RECEIPTS_DOC =
  'Whether other members see the read position of this user. False also hides the read positions of other members from this user.';

/** Settings of a user, shared by all its devices. */
export class SettingsDto {
  @BooleanField(READ_RECEIPTS_DOC)
  readReceipts: boolean;

  /** Absent settings have their default. */
  static from(settings: Record<string, unknown>): SettingsDto {
    return { readReceipts: settings.readReceipts !== false };
  }
}

/** User as seen by itself and by host admins. */
export class AccountDto extends UserDto {
  @TextField(
    'Id of the user in the host product: the `sub` claim of its tokens; `local:…` for a local account.',
    {
      max: 255,
    },
  )
  tmsUserId: string;

  @TextField('E-mail address; null when unknown.', { nullable: true, max: 320 })
  email: string | null;

  @EnumField('Role on the whole server. `admin` acts for the host product.', USER_ROLES)
  role: UserRole;

  @BooleanField('False for a deactivated user: all its requests are rejected and it cannot be contacted.')
  isActive: boolean;

  @NestedField('Settings shared by all devices of the user.', () => SettingsDto)
  settings: SettingsDto;

  @IntField('Account version: counter of the private changes of the user.')
  accountVersion: number;

  @DateTimeField('Time of the creation on this server.')
  createdAt: string;

  static override from(row: UserRow): AccountDto {
    return {
      ...UserDto.from(row),
      tmsUserId: row.tms_user_id,
      email: row.email,
      role: row.role,
      isActive: row.is_active,
      settings: SettingsDto.from(row.settings),
      accountVersion: row.account_version,
      createdAt: row.created_at.toISOString(),
    };
  }
}

/** Accounts created or updated by a bulk upsert. */
export class AccountListDto {
  @NestedField('Accounts in the order of the request.', () => [AccountDto])
  items: AccountDto[];
}

/** Profile in the claims of a token of the host product; null for an absent claim. */
export interface HostProfile {
  tmsUserId: string;
  username: string | null;
  email: string | null;
  displayName: string | null;
  avatarUrl: string | null;
  role: UserRole;
  issuedAt: Date | null;
}

/** Local account before its creation. */
export interface NewLocalAccount {
  username: string;
  email: string | null;
  displayName: string | null;
  passwordHash: string;
}

/** Local account with the credentials that sign-in compares. */
export interface LocalAccount {
  account: AccountDto;
  passwordHash: string;
}
