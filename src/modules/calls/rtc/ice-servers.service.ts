import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import type { IceServerDto, IceServersDto } from './dto/ice-servers.dto.js';

/**
 * Hands out credentials that TURN servers check by themselves, with the secret that they share with this one: the TURN
 * REST API (draft-uberti-behave-turn-rest), as coturn knows it. They are long-term credentials to TURN (RFC 8489, 9.2).
 */
@Injectable()
export class IceServersService {
  constructor(private readonly config: Config) {}

  list({ userId }: AuthUser): Promise<IceServersDto> {
    const { turnUrls, turnTtlSeconds } = this.config;
    const stun = turnUrls.filter((address) => !isTurn(address));
    const turn = turnUrls.filter(isTurn);
    const iceServers: IceServerDto[] = stun.length > 0 ? [{ urls: stun }] : [];
    if (turn.length === 0) return Promise.resolve({ iceServers, expiresAt: null });
    const expiry = Math.floor(Date.now() / 1_000) + turnTtlSeconds;
    iceServers.push({ urls: turn, ...this.credentials(`${expiry}:${userId}`) });
    return Promise.resolve({ iceServers, expiresAt: new Date(expiry * 1_000).toISOString() });
  }

  private credentials(username: string): Pick<IceServerDto, 'username' | 'credential'> {
    const credential = createHmac('sha1', this.config.turnSecret).update(username).digest('base64');
    return { username, credential };
  }
}

function isTurn(address: string): boolean {
  return /^turn/i.test(address);
}
