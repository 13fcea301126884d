import { FlagField, NestedField, TextField, TimeField } from '../../../kernel/validation/fields.js';
import { MeDto } from '../../../modules/users/dto/user.dto.js';

export class SignedInDto {
  @TextField('The JWT to show on both doors.', { max: 16_384 })
  accessToken: string;

  @TimeField('When the access token expires: refresh before.')
  expiresAt: string;

  @TextField('Good for one refresh, which answers with the next one. Keep it secret.')
  refreshToken: string;

  @TimeField('When the sign-in ends, unless it is refreshed before.')
  refreshExpiresAt: string;

  @NestedField('Who signed in.', () => MeDto)
  user: MeDto;
}

export class SignedOutDto {
  @FlagField('Always true: the sign-in is over, or there was none.')
  isSignedOut: boolean;
}
