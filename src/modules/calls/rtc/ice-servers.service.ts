import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import type { IceServerDto, IceServersDto } from './dto/rtc.dto.js';

/**
 * ICE servers with temporary TURN credentials of the TURN REST API (draft-uberti-behave-turn-rest, coturn), which TURN
 * servers verify with the shared secret. To TURN they are long-term credentials (RFC 8489, 9.2).
 */
@Injectable()
export class IceServersService {
  constructor(private readonly config: Config) {}

  listIceServers({ userId }: AuthUser): Promise<IceServersDto> {
    const { turnUrls, turnTtlSeconds } = this.config;
    const stun = turnUrls.filter((url) => !isTurn(url));
    const turn = turnUrls.filter(isTurn);
    const iceServers: IceServerDto[] = stun.length > 0 ? [{ urls: stun }] : [];
    if (turn.length === 0) return Promise.resolve({ iceServers, expiresAt: null });
    const expiry = Math.floor(Date.now() / 1_000) + turnTtlSeconds;
    iceServers.push({ urls: turn, ...this.createCredentials(`${expiry}:${userId}`) });
    return Promise.resolve({ iceServers, expiresAt: new Date(expiry * 1_000).toISOString() });
  }

  private createCredentials(username: string): Pick<IceServerDto, 'username' | 'credential'> {
    const credential = createHmac('sha1', this.config.turnSecret).update(username).digest('base64');
    return { username, credential };
  }
}

function isTurn(url: string): boolean {
  return /^turn/i.test(url);
}
