import {
  BooleanField,
  ObjectField,
  TextField,
  UrlField,
  UserRefField,
} from '../../../kernel/validation/fields.js';
import { UpdateSettingsDto } from './settings.dto.js';

export class UpdateUserDto {
  @UserRefField('Whom: an id, or `me`.')
  userId: string;

  @TextField('The name to show. A newer token with a `name` replaces it.', { optional: true, max: 100 })
  displayName?: string;

  @UrlField('The address of a picture; null takes it away.', { optional: true, nullable: true })
  avatarUrl?: string | null;

  @BooleanField('False deactivates, true makes active again. Admins only.', { optional: true })
  isActive?: boolean;

  @ObjectField(
    'My own settings: what is left out stays as it is. Nobody else’s, not for an admin either.',
    () => UpdateSettingsDto,
    {
      optional: true,
    },
  )
  settings?: UpdateSettingsDto;
}
