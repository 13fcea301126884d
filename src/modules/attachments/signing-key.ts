import { hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { Database } from '../../kernel/database/database.js';

const BYTES = 32;
const NAME = 'file addresses';

/**
 * Key of signed URLs, the same on every node: derived from AUTH_JWT_SECRET (HKDF, RFC 5869), else generated once and
 * stored in server_secrets.
 */
@Injectable()
export class SigningKey {
  private key?: Promise<Buffer>;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  getKey(): Promise<Buffer> {
    return (this.key ??= this.loadKey().catch((error: unknown) => {
      this.key = undefined; // the next call retries
      throw error;
    }));
  }

  private async loadKey(): Promise<Buffer> {
    const { authJwtSecret } = this.config;
    if (authJwtSecret)
      return Buffer.from(hkdfSync('sha256', authJwtSecret, '', `tms-messaging-server ${NAME}`, BYTES));
    await this.database.query(
      'INSERT INTO server_secrets (name, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [NAME, randomBytes(BYTES)],
    );
    const row = await this.database.queryOne<{ secret: Buffer }>(
      'SELECT secret FROM server_secrets WHERE name = $1',
      [NAME],
    );
    return row!.secret;
  }
}
