import { decodeJwt } from 'jose';
import { login, refresh, register } from '../../../src/auth/auth.contract.js';
import type { AuthTokensDto } from '../../../src/auth/accounts/dto/sign-in.dto.js';
import { restTransport, type Answer, type Transport } from './transports.js';

export interface LocalAccountClient {
  register(username: string, more?: object): Promise<Answer<AuthTokensDto>>;
  login(name: string, password?: string): Promise<Answer<AuthTokensDto>>;
  refresh(refreshToken: string): Promise<Answer<AuthTokensDto>>;
  transport: Transport;
}

/** Requests of the operations without authentication. */
export function localAccountClient({ url }: { url: string }): LocalAccountClient {
  const transport = restTransport(url, 'none');
  return {
    register: (username, more = {}) => transport.request(register, { username, password: PASSWORD, ...more }),
    login: (name, password = PASSWORD) => transport.request(login, { login: name, password }),
    refresh: (refreshToken) => transport.request(refresh, { refreshToken }),
    transport,
  };
}

export const PASSWORD = 'correct horse battery staple';

/** Id of the sign-in of an access token. */
export function toSignInId({ accessToken }: AuthTokensDto): string {
  return decodeJwt(accessToken).sid as string;
}
