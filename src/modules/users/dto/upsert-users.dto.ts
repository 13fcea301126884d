import {
  EnumField,
  BooleanField,
  ListField,
  TextField,
  UrlField,
} from '../../../kernel/validation/fields.js';
import { USER_ROLES, type UserRole } from '../../../kernel/identity/auth-user.js';

/** A person as the host's back end describes them; the lengths are those of the claims of a token. */
export class UpsertUserDto {
  @TextField('Their id in the host product: the `sub` of their tokens. Not `local:…`.', { max: 255 })
  tmsUserId: string;

  @TextField('The name to mention them by.', { optional: true, nullable: true, max: 100 })
  username?: string | null;

  @TextField('Their e-mail address.', { optional: true, nullable: true, max: 320 })
  email?: string | null;

  @TextField('The name to show.', { optional: true, nullable: true, max: 100 })
  displayName?: string | null;

  @UrlField('The address of their picture.', { optional: true, nullable: true })
  avatarUrl?: string | null;

  @EnumField('What they may be.', USER_ROLES, { optional: true })
  role?: UserRole;

  @BooleanField('False deactivates, true makes active again.', { optional: true })
  isActive?: boolean;
}

export class UpsertUsersDto {
  @ListField('Different people. What is left out stays as it is; null takes it away.', () => UpsertUserDto, {
    max: 1_000,
  })
  items: UpsertUserDto[];
}
