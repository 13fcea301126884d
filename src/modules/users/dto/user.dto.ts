import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { PageDto, PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { DateTimeField, IdField, IdsField, TextField } from '../../../kernel/validation/fields.js';
import { splitLowerCaseText } from '../../../kernel/validation/normalization.decorators.js';
import type { User } from '../entities/user.entity.js';

/** Row of users. */
export type UserRow = ColumnsOf<
  User,
  | 'id'
  | 'tms_user_id'
  | 'username'
  | 'email'
  | 'display_name'
  | 'avatar_url'
  | 'role'
  | 'is_active'
  | 'settings'
  | 'account_version'
  | 'profile_changed_at'
  | 'created_at'
>;

export type UserSummaryRow = Pick<
  UserRow,
  'id' | 'username' | 'display_name' | 'avatar_url' | 'profile_changed_at'
>;

/** Query of users: by beginnings of names, by ids, or all of them. */
export class ListUsersDto extends PageQueryDto {
  @TextField(
    'Beginnings of words of the username or display name, in any order, compared as in the message search. Only active users. The result is a single page by name: refine the words for more.',
    { optional: true, max: 100 },
  )
  q?: string;

  @IdsField('Ids of the requested users, separated by commas.', { optional: true })
  @splitLowerCaseText()
  ids?: string[];
}

/** Reference to a user. */
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

  @DateTimeField(
    'Time of the last change of username, display name or avatar; null without a change. A user with a later time replaces the held one.',
    { nullable: true },
  )
  profileChangedAt: string | null;

  static from(row: UserSummaryRow): UserDto {
    return {
      id: row.id,
      username: row.username,
      displayName: row.display_name,
      avatarUrl: row.avatar_url,
      profileChangedAt: row.profile_changed_at?.toISOString() ?? null,
    };
  }
}

/** Page of users. */
export class UserPageDto extends PageDto(UserDto, 'Users in ascending order of id; with `q`, by name.') {}
