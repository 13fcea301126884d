import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../../../src/bootstrap/create-app.js';
import type { Config } from '../../../src/kernel/config/config.js';
import { createDatabase, type TestDatabase } from '../environment/test-database.js';
import { testConfig } from './test-server.js';

export interface ServerNode {
  app: NestExpressApplication;
  url: string;
  stop(): Promise<void>;
}

/** One server in this process on a database that other nodes may share. */
export async function startNode(
  { url: databaseUrl }: TestDatabase,
  settings: Partial<Config> = {},
): Promise<ServerNode> {
  const app: NestExpressApplication = await createApp(testConfig({ databaseUrl, ...settings }));
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `http://127.0.0.1:${port}`, stop: () => app.close() };
}

/** The given number of nodes on one new database. */
export async function startNodes(
  count: number,
  settings: Partial<Config> = {},
): Promise<{ nodes: ServerNode[]; database: TestDatabase; stop(): Promise<void> }> {
  const database = await createDatabase();
  const nodes: ServerNode[] = [];
  for (let index = 0; index < count; index++) nodes.push(await startNode(database, settings));
  return {
    nodes,
    database,
    stop: async () => {
      for (const node of nodes) await node.stop();
      await database.drop();
    },
  };
}
