import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { waitUntil } from '../support/environment/wait-until.js';
import { BuiltServer } from '../support/servers/built-server.js';

type Line = Record<string, unknown>;

describe('The log of a server in production', () => {
  let database: TestDatabase;
  let server: BuiltServer | undefined;

  beforeAll(async () => (database = await createDatabase()));
  afterAll(async () => {
    await server?.kill();
    await database.drop();
  });

  it('is JSON from the start to the end, and names both and the refusals between', async () => {
    server = await BuiltServer.start(database.url, { NODE_ENV: 'production' });
    expect((await fetch(`${server.url}/v1/users/me`)).status).toBe(401);
    server.signal('SIGTERM');
    await waitUntil(() => !server!.isRunning);
    expect(await server.exited).toBe(0);
    const lines = server.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    for (const line of lines)
      expect(line).toMatchObject({
        level: expect.any(String) as string,
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        context: expect.any(String) as string,
        msg: expect.any(String) as string,
      });
    expect(lines.map(({ msg }) => msg)).toEqual(['Started', 'Refused', 'Stopping', 'Stopped']);
    expect(lines[0]).toMatchObject({ level: 'info', url: server.url, database: 'DATABASE_URL' });
    expect(lines[1]).toMatchObject({ counts: { 'unauthenticated: no token': 1 } });
    expect(lines[2]).toMatchObject({ signal: 'SIGTERM' });
  });
});
