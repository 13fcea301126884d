import { hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { Database } from '../../kernel/database/database.js';

const BYTES = 32;
const NAME = 'file addresses';

/**
 * What addresses of files are signed with, on every node the same: derived from the secret that the server was given
 * (HKDF, RFC 5869), or else made once and kept in the database.
 */
@Injectable()
export class SigningKey {
  private kept?: Promise<Buffer>;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  get(): Promise<Buffer> {
    return (this.kept ??= this.find().catch((error: unknown) => {
      this.kept = undefined; // the next one asks again
      throw error;
    }));
  }

  private async find(): Promise<Buffer> {
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
