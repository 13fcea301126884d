import { notFound, rateLimited, unauthenticated } from '../../kernel/errors/base.errors.js';
import { restOnly } from '../../kernel/realtime/contract.js';
import { emailTaken, usernameTaken } from '../../modules/users/users.errors.js';
import { LoginDto } from './dto/login.dto.js';
import { RefreshTokenDto } from './dto/refresh-token.dto.js';
import { RegisterDto } from './dto/register.dto.js';
import { AuthTokensDto, LogoutDto } from './dto/auth-tokens.dto.js';

export const register = restOnly('auth.register', RegisterDto, AuthTokensDto, {
  summary: 'Makes an account here and signs in. All of these are not_found unless LOCAL_ACCOUNTS is on.',
  rest: 'POST /v1/auth/register',
  errors: [usernameTaken, emailTaken, rateLimited, notFound],
});

export const login = restOnly('auth.login', LoginDto, AuthTokensDto, {
  summary: 'Signs in. Why it was refused is not told: no such account, another password, or deactivated.',
  rest: 'POST /v1/auth/login',
  errors: [unauthenticated, rateLimited, notFound],
});

export const refresh = restOnly('auth.refresh', RefreshTokenDto, AuthTokensDto, {
  summary:
    'Takes a refresh token for the next one and a new access token. Send it again when you did not get the answer; an older one ends the sign-in.',
  rest: 'POST /v1/auth/refresh',
  errors: [unauthenticated, notFound],
});

export const logout = restOnly('auth.logout', RefreshTokenDto, LogoutDto, {
  summary:
    'Ends the sign-in that the refresh token is of, with its access tokens. Other devices connect again.',
  rest: 'POST /v1/auth/logout',
  errors: [notFound],
});
