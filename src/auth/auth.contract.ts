import { forbidden, notFound, rateLimited, unauthenticated } from '../kernel/errors/base.errors.js';
import { command, restOnly } from '../kernel/realtime/contract.js';
import { TextField, DateTimeField } from '../kernel/validation/fields.js';
import { PUBLIC_LIMITS } from '../kernel/validation/json-limits.js';
import { emailTaken, usernameTaken } from '../modules/users/users.errors.js';
import {
  AuthTokensDto,
  LoginDto,
  LogoutDto,
  RefreshTokenDto,
  RegisterDto,
} from './accounts/dto/sign-in.dto.js';

/** New token of the session of a socket. */
export class RefreshSessionDto {
  @TextField('New JWT of the same user.', { max: 16_384 })
  token: string;
}

/** Session of a socket. */
export class SessionDto {
  @DateTimeField('Expiry of the token and of the session of this socket.')
  expiresAt: string;
}

export const refreshSession = command('session.refresh', RefreshSessionDto, SessionDto, {
  summary: 'Replaces the token of this socket without a new connection.',
  rest: null,
  permission: 'any user',
  errors: [forbidden],
});

export const register = restOnly('auth.register', RegisterDto, AuthTokensDto, {
  summary:
    'Creates a local account and signs in. All operations of local accounts return not_found unless LOCAL_ACCOUNTS is on.',
  rest: 'POST /v1/auth/register',
  location: ({ user }) => `/v1/users/${user.id}`,
  permission: 'public',
  limits: PUBLIC_LIMITS,
  errors: [usernameTaken, emailTaken, rateLimited, notFound],
});

export const login = restOnly('auth.login', LoginDto, AuthTokensDto, {
  summary:
    'Signs in. The error is the same for an unknown account, a wrong password and a deactivated account.',
  rest: 'POST /v1/auth/login',
  permission: 'public',
  limits: PUBLIC_LIMITS,
  errors: [unauthenticated, rateLimited, notFound],
});

export const refresh = restOnly('auth.refresh', RefreshTokenDto, AuthTokensDto, {
  summary:
    'Exchanges a refresh token for its successor and a new access token. A repetition after a lost response is safe; an older refresh token ends the sign-in.',
  rest: 'POST /v1/auth/refresh',
  permission: 'public',
  limits: PUBLIC_LIMITS,
  errors: [unauthenticated, notFound],
});

export const logout = restOnly('auth.logout', RefreshTokenDto, LogoutDto, {
  summary:
    'Ends the sign-in of the refresh token with its access tokens. Sockets of the user are disconnected.',
  rest: 'POST /v1/auth/logout',
  permission: 'public',
  limits: PUBLIC_LIMITS,
  errors: [notFound],
});
