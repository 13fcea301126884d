import {
  BooleanField,
  DateTimeField,
  NameField,
  NestedField,
  PatternField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { AccountDto } from '../../../modules/users/dto/account.dto.js';

/** ASCII only, because letters of other scripts look alike. Without @, so that no username is an e-mail address. */
const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Minimum length of a password in characters (NIST SP 800-63B, 5.1.1.1). */
export const MIN_PASSWORD_LENGTH = 8;

/** Input of a registration: credentials and profile of a new local account. */
export class RegisterDto {
  @PatternField(
    'Username of the sign-in, unique without regard to case: letters a–z, digits, dots, dashes and underscores; a letter or digit first.',
    USERNAME,
    { min: 3, max: 64 },
  )
  username: string;

  @TextField(
    `Password, ${MIN_PASSWORD_LENGTH}–200 characters; not one of the most frequent passwords, nor the username or e-mail address.`,
    { min: MIN_PASSWORD_LENGTH, max: 200 },
  )
  password: string;

  @PatternField('E-mail address, also accepted at sign-in. Its ownership is not verified.', EMAIL, {
    optional: true,
    max: 320,
  })
  email?: string;

  @NameField('Display name of the user.', 100, { optional: true })
  displayName?: string;
}

/** Input of a sign-in to a local account. */
export class LoginDto {
  @TextField('Username or e-mail address, in any letter case.', { max: 320 })
  login: string;

  @TextField('Password of the account.', { max: 200 })
  password: string;
}

/** Refresh token as input of refresh and logout. */
export class RefreshTokenDto {
  @TextField('Newest refresh token of the sign-in.', { max: 200 })
  refreshToken: string;
}

/** Tokens of a sign-in. */
export class AuthTokensDto {
  @TextField('Access token: a JWT, accepted by both transports.', { max: 16_384 })
  accessToken: string;

  @DateTimeField('Expiry of the access token.')
  expiresAt: string;

  @TextField('Refresh token, valid for one refresh, which returns its successor. Secret of the device.')
  refreshToken: string;

  @DateTimeField('Expiry of the sign-in. Each refresh extends it.')
  refreshExpiresAt: string;

  @NestedField('Account of the signed-in user.', () => AccountDto)
  user: AccountDto;
}

/** Result of a logout. */
export class LogoutDto {
  @BooleanField('Always true, also when the sign-in had already ended.')
  isSignedOut: boolean;
}
