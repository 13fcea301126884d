import { Database } from '../../src/kernel/database/database.js';
import { UnitOfWork } from '../../src/kernel/database/unit-of-work.js';
import { toUsers } from '../../src/kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../src/kernel/realtime/publisher.js';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { AccountDto } from '../../src/modules/users/dto/account.dto.js';
import { getSelf, accountUpdated } from '../../src/modules/users/users.contract.js';
import { expectData, Device, restTransport } from '../support/clients/transports.js';
import { query } from '../support/servers/embedded-postgres-fixture.js';
import { captureOutput } from '../support/environment/captured-output.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../support/servers/test-server.js';
import { waitUntil } from '../support/environment/wait-until.js';

let server: TestServer;
let unitOfWork: UnitOfWork;
let database: Database;
let alice: TestUser;
let me: AccountDto;

beforeAll(async () => {
  server = await startTestServer({ logLevel: 'warn' });
  [unitOfWork, database] = [server.app.get(UnitOfWork), server.app.get(Database)];
  alice = await createUser(server, 'alice');
  me = await expectData(restTransport(server.url, alice.token).request(getSelf, {}));
});
afterAll(() => server.stop());

const rename = (username: string): Promise<unknown> =>
  database.query('UPDATE users SET username = $1 WHERE id = $2', [username, alice.id]);
const publish = (): void => server.app.get(Publisher).publish(accountUpdated, me, toUsers(alice.id));
const username = async (): Promise<string> =>
  (await database.queryOne<{ username: string }>('SELECT username FROM users WHERE id = $1', [alice.id]))!
    .username;

describe('A unit of work', () => {
  it('continues after a failed savepoint: its changes and events are discarded, all others are kept', async () => {
    const device = await Device.connect(server.url, alice.token);
    const failing = (name: string, work = (): Promise<unknown> => Promise.resolve()): Promise<unknown> =>
      unitOfWork.savepoint(async () => {
        await rename(name);
        publish();
        await work();
        await database.query('SELECT 1 / $1::int', [0]);
      });
    await unitOfWork.run(async () => {
      await unitOfWork.savepoint(() => rename('before'));
      publish();
      await expect(
        failing('outer', () => expect(failing('inner')).rejects.toThrow('division by zero')),
      ).rejects.toThrow('division by zero');
      expect(await username()).toBe('before');
    });
    expect(await username()).toBe('before');
    await device.settleEvents();
    expect(device.events).toHaveLength(1);
    device.close();
  });

  it('publishes its events after its commit', async () => {
    const device = await Device.connect(server.url, alice.token);
    await unitOfWork.run(async () => {
      await rename('within');
      publish();
      await device.settleEvents();
      expect(device.events).toEqual([]);
    });
    expect(await device.waitForEvents(1)).toHaveLength(1);
    expect(await username()).toBe('within');
    device.close();
  });

  it('publishes no events and keeps no changes when it fails', async () => {
    const device = await Device.connect(server.url, alice.token);
    const failing = unitOfWork.run(async () => {
      await rename('undone');
      publish();
      throw new Error('Half way');
    });
    await expect(failing).rejects.toThrow('Half way');
    const rejected = unitOfWork.run(async () => {
      publish();
      await database.query('SELECT 1 / $1::int', [0]);
    });
    await expect(rejected).rejects.toThrow('division by zero');
    await device.settleEvents();
    expect(device.events).toEqual([]);
    expect(await username()).not.toBe('undone');
    device.close();
  });

  it('joins the surrounding unit of work', async () => {
    const notified: string[] = [];
    const outer = unitOfWork.run(async () => {
      await unitOfWork.run(async () => {
        await rename('inner');
        unitOfWork.afterCommit(() => notified.push('inner'));
      });
      throw new Error('Outer');
    });
    await expect(outer).rejects.toThrow('Outer');
    expect(notified).toEqual([]);
    expect(await username()).not.toBe('inner');
  });

  it('stays committed when one of its effects fails, and the other effects run', async () => {
    const output = captureOutput();
    const notified: string[] = [];
    await unitOfWork.run(async () => {
      await rename('done');
      unitOfWork.afterCommit(() => {
        throw new Error('The effect of a unit of work failed');
      });
      unitOfWork.afterCommit(() => notified.push('second'));
    });
    unitOfWork.afterCommit(() => {
      throw new Error('The effect without a unit of work failed');
    });
    output.restore();
    expect([await username(), notified]).toEqual(['done', ['second']]);
    expect(output.lines.join('')).toContain('The effect without a unit of work failed');
  });

  it('is retried after a deadlock and publishes its events once', async () => {
    const { token, id: bobId } = await createUser(server, 'bob');
    const { id: carolId } = await createUser(server, 'carol');
    const bob = restTransport(server.url, token);
    const [one, other] = await Promise.all(
      [alice.id, carolId].map(async (memberId) =>
        expectData(bob.request(createConversation, { type: 'dm', memberIds: [memberId] })),
      ),
    );
    const lock = (id: string): Promise<unknown> =>
      database.query('SELECT FROM conversations WHERE id = $1 FOR NO KEY UPDATE', [id]);
    const notified: string[] = [];
    let attempts = 0;
    let waiting = 0;
    let resolveLocked = (): void => undefined;
    const bothLocked = new Promise<void>((resolve) => (resolveLocked = resolve));
    const work = (name: string, first: string, second: string): Promise<void> =>
      unitOfWork.run(async () => {
        attempts++;
        unitOfWork.afterCommit(() => notified.push(name));
        await lock(first);
        if (++waiting === 2) resolveLocked();
        await bothLocked;
        await lock(second);
        await database.query('UPDATE users SET settings = $1 WHERE id = $2', [{ name }, bobId]);
      });
    const output = captureOutput(); // the wait for the lock is slow
    await Promise.all([work('forth', one!.id, other!.id), work('back', other!.id, one!.id)]);
    output.restore();
    expect(notified.sort()).toEqual(['back', 'forth']);
    expect(attempts).toBe(3);
  });
});

describe('A slow statement', () => {
  it('is logged without its parameters, inside a unit of work and alone; a fast one is not', async () => {
    const output = captureOutput();
    const slow = (): Promise<unknown> =>
      database.query('SELECT pg_sleep($1), $2::text AS kept', [0.08, 'a private text']);
    await slow();
    await unitOfWork.run(slow);
    await expect(
      database.query('SELECT pg_sleep(0.08), $1::text::int', ['a private text']),
    ).rejects.toThrow();
    await database.query('SELECT $1::text', ['quick']);
    output.restore();
    const log = output.lines.join('');
    expect(log.match(/Slow statement, \d+ ms: SELECT pg_sleep\(\$1\), \$2::text AS kept/g)).toHaveLength(2);
    expect(log).not.toContain('a private text');
    expect(log).not.toContain('SELECT $1::text');
  });
});

describe('Units of work at the shutdown of the server', () => {
  it('are finished, each on its own connection, without a waiting caller', async () => {
    const ending = await startTestServer({ databasePoolSize: 1 });
    const { id } = await createUser(ending, 'dora');
    const [work, rows] = [ending.app.get(UnitOfWork), ending.app.get(Database)];
    const rename = (name: string): Promise<unknown> =>
      rows.query('UPDATE users SET username = $1 WHERE id = $2', [name, id]);
    let release: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    let isRenamed = false;
    const failing = work.run(async () => {
      await rename('half way');
      isRenamed = true;
      await released;
      throw new Error('Too late');
    });
    const waiting = work.run(() => rows.query('UPDATE users SET settings = \'{"kept": true}\''));
    const outcomes = Promise.allSettled([failing, waiting]);
    await waitUntil(() => isRenamed);
    const shutdown = jest.spyOn(work, 'beforeApplicationShutdown');
    const closed = ending.app.close();
    await waitUntil(() => shutdown.mock.calls.length > 0);
    release!();
    await closed;
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    const left = await query(ending.database.ownerUrl, 'SELECT username, settings FROM users');
    expect(left).toEqual([{ username: 'dora', settings: { kept: true } }]);
    await ending.database.drop();
  });
});
