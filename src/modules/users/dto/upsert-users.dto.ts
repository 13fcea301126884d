import {
  EnumField,
  BooleanField,
  ListField,
  TextField,
  UrlField,
} from '../../../kernel/validation/fields.js';
import { USER_ROLES, type UserRole } from '../../../kernel/identity/auth-user.js';

/** User as described by the back end of the host product; lengths equal those of the token claims. */
export class UpsertUserDto {
  @TextField('Id of the user in the host product: the `sub` claim of its tokens. `local:…` is not allowed.', {
    max: 255,
  })
  tmsUserId: string;

  @TextField('Username, used in mentions.', { optional: true, nullable: true, max: 100 })
  username?: string | null;

  @TextField('E-mail address of the user.', { optional: true, nullable: true, max: 320 })
  email?: string | null;

  @TextField('Display name of the user.', { optional: true, nullable: true, max: 100 })
  displayName?: string | null;

  @UrlField('URL of the avatar image.', { optional: true, nullable: true })
  avatarUrl?: string | null;

  @EnumField('Role on the whole server.', USER_ROLES, { optional: true })
  role?: UserRole;

  @BooleanField('False deactivates the user, true reactivates it.', { optional: true })
  isActive?: boolean;
}

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
