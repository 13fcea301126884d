import {
  BooleanField,
  EnumField,
  HostNameField,
  ListField,
  NameField,
  ObjectField,
  TextField,
  UrlField,
  UserRefField,
} from '../../../kernel/validation/fields.js';
import { USER_ROLES, type UserRole } from '../../../kernel/identity/auth-user.js';
import { READ_RECEIPTS_DOC } from './account.dto.js';

/** Settings to change; omitted settings stay unchanged. */
export class UpdateSettingsDto {
  @BooleanField(READ_RECEIPTS_DOC, { optional: true })
  readReceipts?: boolean;
}

/** Changes of a user; omitted fields stay unchanged. */
export class UpdateUserDto {
  @UserRefField('Id of the user, or `me` for the current user.')
  userId: string;

  @NameField('Display name. The `name` claim of a newer token replaces it.', 100, { optional: true })
  displayName?: string;

  @UrlField('URL of the avatar image; null removes the avatar.', { optional: true, nullable: true })
  avatarUrl?: string | null;

  @BooleanField('False deactivates the user, true reactivates it. Host admins only.', { optional: true })
  isActive?: boolean;

  @ObjectField(
    'Settings of the current user; omitted settings stay unchanged. Not allowed for another user, not even for a host admin.',
    () => UpdateSettingsDto,
    {
      optional: true,
    },
  )
  settings?: UpdateSettingsDto;
}

/** User as described by the back end of the host product; lengths equal those of the token claims. */
export class UpsertUserDto {
  @TextField('Id of the user in the host product: the `sub` claim of its tokens. `local:…` is not allowed.', {
    max: 255,
  })
  tmsUserId: string;

  @HostNameField(
    'Username, used in mentions; cleaned and cut to 100 characters like the claim of a token.',
    100,
  )
  username?: string | null;

  @TextField('E-mail address of the user.', { optional: true, nullable: true, max: 320 })
  email?: string | null;

  @HostNameField('Display name, cleaned and cut to 100 characters like the claim of a token.', 100)
  displayName?: string | null;

  @UrlField('URL of the avatar image.', { optional: true, nullable: true })
  avatarUrl?: string | null;

  @EnumField('Role on the whole server.', USER_ROLES, { optional: true })
  role?: UserRole;

  @BooleanField('False deactivates the user, true reactivates it.', { optional: true })
  isActive?: boolean;
}

/** Bulk upsert of users by the host product. */
export class UpsertUsersDto {
  @ListField(
    'Users to create or update, each at most once. Omitted fields stay unchanged; null clears a field.',
    () => UpsertUserDto,
    {
      max: 1_000,
    },
  )
  items: UpsertUserDto[];
}
