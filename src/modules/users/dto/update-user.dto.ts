import {
  BooleanField,
  ObjectField,
  TextField,
  UrlField,
  UserRefField,
} from '../../../kernel/validation/fields.js';
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

  @TextField('Display name. The `name` claim of a newer token replaces it.', { optional: true, max: 100 })
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
