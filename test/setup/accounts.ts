import { decodeJwt } from 'jose';
import { login, refresh, register } from '../../src/auth/accounts/accounts.contract.js';
import type { SignedInDto } from '../../src/auth/accounts/dto/signed-in.dto.js';
import { restDoor, type Answer, type Door } from './doors.js';

export interface Accounts {
  register(username: string, more?: object): Promise<Answer<SignedInDto>>;
  login(name: string, password?: string): Promise<Answer<SignedInDto>>;
  refresh(refreshToken: string): Promise<Answer<SignedInDto>>;
  door: Door;
}

/** What people ask for who have no token yet. */
export function accountsOf({ url }: { url: string }): Accounts {
  const door = restDoor(url, 'none');
  return {
    register: (username, more = {}) => door.ask(register, { username, password: PASSWORD, ...more }),
    login: (name, password = PASSWORD) => door.ask(login, { login: name, password }),
    refresh: (refreshToken) => door.ask(refresh, { refreshToken }),
    door,
  };
}

export const PASSWORD = 'correct horse battery staple';

/** The sign-in that an access token belongs to. */
export function familyOf({ accessToken }: SignedInDto): string {
  return decodeJwt(accessToken).sid as string;
}
