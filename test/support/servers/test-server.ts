import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { JWTPayload } from 'jose';
import { createApp } from '../../../src/bootstrap/create-app.js';
import { type Config, loadConfig } from '../../../src/kernel/config/config.js';
import { createDatabase, type TestDatabase } from '../environment/test-database.js';
import { JWT_SECRET, signToken } from '../clients/tokens.js';

export interface TestServer {
  app: NestExpressApplication;
  url: string;
  database: TestDatabase;
  /** Directory of the uploads, deleted with the server. */
  attachmentsDir: string;
  stop(): Promise<void>;
}

/** A user that is provisioned by its first request. */
export interface TestUser {
  id: string;
  token: string;
}

/** The whole server in this process on a new database, with the application role. */
export async function startTestServer(settings: Partial<Config> = {}): Promise<TestServer> {
  const database = await createDatabase();
  const attachmentsDir = join(tmpdir(), database.name);
  const config = testConfig({ databaseUrl: database.url, attachmentsDir, ...settings });
  const app = await createApp(config);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    url: `http://127.0.0.1:${port}`,
    database,
    attachmentsDir,
    stop: async () => {
      await app.close();
      await rm(attachmentsDir, { recursive: true, force: true });
      await database.drop();
    },
  };
}

export function testConfig(settings: Partial<Config>): Config {
  return loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'fatal' }).with({
    authJwtSecret: JWT_SECRET,
    demo: 'false',
    ...settings,
  });
}

/** Signs a token and provisions its user. */
export async function createUser(
  { url }: { url: string },
  name: string,
  claims: JWTPayload = {},
): Promise<TestUser> {
  const token = await signToken({
    sub: `host-${name}`,
    preferred_username: name,
    name: `Test ${name}`,
    ...claims,
  });
  const answer = await fetch(`${url}/v1/users/me`, { headers: { authorization: `Bearer ${token}` } });
  const { id } = (await answer.json()) as { id: string };
  return { id, token };
}
