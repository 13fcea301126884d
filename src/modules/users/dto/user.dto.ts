import { Transform } from 'class-transformer';
import { PageDto, PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { IdField, IdsField, TextField } from '../../../kernel/validation/fields.js';
import type { UserRole } from '../../../kernel/identity/auth-user.js';

/** Row of users. */
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

export type UserSummaryRow = Pick<UserRow, 'id' | 'username' | 'display_name' | 'avatar_url'>;

export class ListUsersDto extends PageQueryDto {
  @TextField(
    'Prefix of a username or display name, case-insensitive. The answer is a single page by name: refine the prefix for more.',
    { optional: true, max: 100 },
  )
  q?: string;

  @IdsField('Ids of the requested users, separated by commas.', { optional: true })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.toLowerCase().split(',') : value,
  )
  ids?: string[];
}

export class UserIdDto {
  @IdField('Id of the user.')
  userId: string;
}

/** User as every other user sees it. */
export class UserDto {
  @IdField('Id of the user on this server.')
  id: string;

  @TextField('Username, used in mentions; null when unknown.', { nullable: true })
  username: string | null;

  @TextField('Display name; null when unknown.', { nullable: true })
  displayName: string | null;

  @TextField('URL of the avatar image; null without an avatar.', { nullable: true, max: 2_000 })
  avatarUrl: string | null;

  static from(row: UserSummaryRow): UserDto {
    return { id: row.id, username: row.username, displayName: row.display_name, avatarUrl: row.avatar_url };
  }
}

export class UserPageDto extends PageDto(UserDto, 'Users in ascending order of id; with `q`, by name.') {}
