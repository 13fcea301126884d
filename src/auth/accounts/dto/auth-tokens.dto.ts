import { BooleanField, NestedField, TextField, DateTimeField } from '../../../kernel/validation/fields.js';
import { AccountDto } from '../../../modules/users/dto/account.dto.js';

export class AuthTokensDto {
  @TextField('The JWT to show on both doors.', { max: 16_384 })
  accessToken: string;

  @DateTimeField('When the access token expires: refresh before.')
  expiresAt: string;

  @TextField('Good for one refresh, which answers with the next one. Keep it secret.')
  refreshToken: string;

  @DateTimeField('When the sign-in ends, unless it is refreshed before.')
  refreshExpiresAt: string;

  @NestedField('Who signed in.', () => AccountDto)
  user: AccountDto;
}

export class LogoutDto {
  @BooleanField('Always true: the sign-in is over, or there was none.')
  isSignedOut: boolean;
}
