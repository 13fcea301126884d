import type { Config } from '../../../src/kernel/config/config.js';
import { startTestServer, type TestServer } from './test-server.js';

const servers = new Map<string, Promise<TestServer>>();

/** Server of this test file with these settings, on a cleared database: started on first use, stopped after the file. */
export async function sharedServer(settings: Partial<Config> = {}): Promise<TestServer> {
  const key = JSON.stringify(settings);
  if (!servers.has(key)) servers.set(key, startTestServer(settings));
  const server = await servers.get(key)!;
  await server.database.clear();
  return server;
}

afterAll(async () => {
  for (const server of servers.values()) await (await server).stop();
});
