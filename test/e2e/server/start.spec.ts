import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Demo } from '../../../src/bootstrap/demo.js';
import { listMessages } from '../../../src/modules/messages/messages.contract.js';
import { expectData, Device, restTransport } from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const project = join(__dirname, '../../..');

/** The start command without configuration: embedded database and demo data. */
describe('The start', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'start-'));
  chmodSync(dataDir, 0o755);
  const environment = { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0' };
  let server: ChildProcess;
  let printed: string;
  let demo: Demo & { url: string };

  async function start(): Promise<void> {
    server = spawn(process.execPath, ['tools/start.mjs'], {
      cwd: project,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    printed = await Output.of(server).until('Hello Bob"}\'\n');
    demo = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as typeof demo;
  }

  async function stop(): Promise<number> {
    const exit = once(server, 'exit');
    server.kill('SIGTERM');
    return ((await exit) as [number])[0];
  }

  beforeAll(start);

  afterAll(async () => {
    if (server.exitCode === null) await stop();
    rmSync(realpathSync(join(dataDir, 'postgres')), { recursive: true });
    rmSync(dataDir, { recursive: true });
  });

  it('prints addresses that answer', async () => {
    const addresses = [...printed.matchAll(/http:\/\/[\w.:]+(\/[\w.]+)*/g)].map(([address]) => address);
    const documents = addresses.filter((address) => /(docs|json)$/.test(address));
    expect(documents).toHaveLength(3);
    for (const document of documents) expect((await fetch(document)).status).toBe(200);
  });

  it('prints a curl line that sends a message', async () => {
    const line = /^ {2}(curl .*)$/m.exec(printed)![1]!;
    const { stdout } = await promisify(execFile)('sh', ['-c', line]);
    expect(JSON.parse(stdout)).toMatchObject({ content: 'Hello Bob', conversationId: demo.conversationId });
  });

  it('prints tokens that work on both transports', async () => {
    for (const [name, token] of Object.entries(demo.tokens)) {
      expect(printed).toContain(token);
      const me = await fetch(`${demo.url}/v1/users/me`, { headers: { authorization: `Bearer ${token}` } });
      expect(await me.json()).toMatchObject({ username: name });
      (await Device.connect(demo.url, token)).close();
    }
  });

  it('lets alice and bob chat in the terminal', async () => {
    const chat = (name: string): ChildProcess =>
      spawn(process.execPath, ['examples/chat.mjs', name], {
        cwd: project,
        env: environment,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
    const [alice, bob] = [chat('alice'), chat('bob')];
    const [outputOfAlice, outputOfBob] = [Output.of(alice), Output.of(bob)];
    await outputOfBob.until('You do it, you wrote it.\n');
    alice.stdin!.write('Hi Bob, from a terminal\n');
    await outputOfBob.until('Alice Adams: Hi Bob, from a terminal\n');
    bob.stdin!.write('I see you, Alice\n');
    await outputOfAlice.until('Bob Brown: I see you, Alice\n');
    for (const chatProcess of [alice, bob]) {
      const exit = once(chatProcess, 'exit');
      chatProcess.stdin!.end();
      expect(await exit).toEqual([0, null]);
    }
  });

  it('stores secrets readable by their owner only', () => {
    for (const file of ['jwt-secret', 'demo.json', 'postgres.password']) {
      expect(statSync(join(dataDir, file)).mode & 0o077).toBe(0);
    }
  });

  it('stops cleanly and starts again with the same data and no duplicate demo message', async () => {
    const history = async (): Promise<unknown> => {
      const { conversationId } = demo;
      return (
        await expectData(restTransport(demo.url, demo.tokens.alice).request(listMessages, { conversationId }))
      ).items;
    };
    const before = await history();
    expect(await stop()).toBe(0);
    await start();
    expect(await history()).toEqual(before);
  });
});

/** Output of a process. */
class Output {
  private text = '';

  static of({ stdout }: ChildProcess): Output {
    const output = new Output();
    stdout!.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
    return output;
  }

  async until(part: string): Promise<string> {
    await waitUntil(() => this.text.includes(part), { within: 30_000 }).catch(() => {
      throw new Error(`The process did not print "${part}": ${this.text}`);
    });
    return this.text;
  }
}
