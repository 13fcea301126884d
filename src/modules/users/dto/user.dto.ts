import {
  EnumField,
  BooleanField,
  IdField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { USER_ROLES, type UserRole } from '../../../kernel/identity/auth-user.js';
import { SettingsDto } from './settings.dto.js';

/** A row of users, as the repository reads it. */
export interface UserRow {
  id: string;
  tms_user_id: string;
  username: string | null;
  email: string | null;
  display_name: string | null;
  avatar_url: string | null;
  role: UserRole;
  is_active: boolean;
  settings: Record<string, unknown>;
  account_version: number;
  created_at: Date;
}

/** A person, as everybody sees them. */
export class UserDto {
  @IdField('The id of the person on this server.')
  id: string;

  @TextField('The name to mention them by.', { nullable: true })
  username: string | null;

  @TextField('The name to show.', { nullable: true })
  displayName: string | null;

  @TextField('The address of their picture.', { nullable: true, max: 2_000 })
  avatarUrl: string | null;

  static from(row: Pick<UserRow, 'id' | 'username' | 'display_name' | 'avatar_url'>): UserDto {
    return { id: row.id, username: row.username, displayName: row.display_name, avatarUrl: row.avatar_url };
  }
}

/** A person, as they see themselves, and as an admin sees them. */
export class AccountDto extends UserDto {
  @TextField('The `sub` of their tokens: their id in the host product.', { max: 255 })
  tmsUserId: string;

  @TextField('Their e-mail address, as the host told it.', { nullable: true, max: 320 })
  email: string | null;

  @EnumField('What they may be: an admin acts for the host product.', USER_ROLES)
  role: UserRole;

  @BooleanField('False: deactivated. All they ask for is refused, and nobody reaches them.')
  isActive: boolean;

  @NestedField('What they chose for all their devices.', () => SettingsDto)
  settings: SettingsDto;

  @IntField('The `me` counter: it counts every change of what is this person’s alone.')
  accountVersion: number;

  @DateTimeField('When they were first seen.')
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

export class AccountListDto {
  @NestedField('In the order asked for.', () => [AccountDto])
  items: AccountDto[];
}

export class UserPageDto {
  @NestedField('In order of their ids.', () => [UserDto])
  items: UserDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;
}
