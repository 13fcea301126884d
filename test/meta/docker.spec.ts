import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { MAIN } from '../support/servers/built-server.js';

const project = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');

const { scripts, engines } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};
/** Instructions of the Dockerfile as [name, arguments]. */
const instructions = read('docker/Dockerfile')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => /^(\S+) (.*)$/.exec(line)!.slice(1) as [string, string]);
const known = new Set([...read('.env.example').matchAll(/^# ([A-Z0-9_]+)=/gm)].map(([, name]) => name));

function argumentsOf(instruction: string): string[] {
  return instructions.filter(([name]) => name === instruction).map(([, text]) => text);
}

describe('docker/Dockerfile', () => {
  it('runs the install and build commands of .ci/run and package.json', () => {
    const commands = argumentsOf('RUN').filter((command) => command.startsWith('npx'));
    expect(commands).toEqual([
      'npx -y pnpm@10 install --frozen-lockfile',
      'npx -y pnpm@10 build',
      'npx -y pnpm@10 install --frozen-lockfile --prod',
    ]);
    expect(read('.ci/run').split('\n')).toContain(commands[0]);
    expect(scripts.test).toMatch(/^pnpm build && /);
  });

  it('starts the file that the tests start, with the oldest supported Node.js', () => {
    expect(JSON.parse(argumentsOf('CMD')[0]!)).toEqual(['node', 'dist/main.js']);
    expect(MAIN).toBe(join(project, 'dist/main.js'));
    const images = argumentsOf('FROM').filter((image) => image.includes(':'));
    expect(new Set(images.map((image) => /^node:(\d+)-/.exec(image)?.[1]))).toEqual(
      new Set([read('.nvmrc').trim()]),
    );
    expect(engines.node).toMatch(new RegExp(`^>=${read('.nvmrc').trim()}\\.`));
  });

  it('copies files that exist and that .dockerignore admits', () => {
    const admitted = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const sources = argumentsOf('COPY')
      .filter((text) => !text.startsWith('--from'))
      .flatMap((text) => text.split(' ').slice(0, -1));
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      expect([source, existsSync(join(project, source))]).toEqual([source, true]);
      expect(admitted.some((path) => source === path || source.startsWith(`${path}/`))).toBe(true);
    }
  });

  it('runs as a user without privileges and sets known variables only', () => {
    expect(argumentsOf('USER')).toEqual(['node']);
    const names = argumentsOf('ENV').flatMap((text) =>
      [...text.matchAll(/(\w+)=/g)].map(([, name]) => name!),
    );
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('The health check of the image', () => {
  const command = JSON.parse(/CMD (\[.*\])$/.exec(argumentsOf('HEALTHCHECK')[0]!)![1]!) as string[];
  const requestedPaths: (string | undefined)[] = [];
  let status = 200;
  let server: Server;
  let port: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      requestedPaths.push(request.url);
      response.writeHead(status).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = String((server.address() as AddressInfo).port);
  });

  afterAll(() => server.close());

  function exitCode(): Promise<number> {
    const [program, ...args] = command;
    expect(program).toBe('node');
    const options = { cwd: project, env: { PORT: port } };
    return new Promise((resolve) =>
      execFile(process.execPath, args, options, (error) => resolve(Number(error?.code ?? 0))),
    );
  }

  it('passes when the server is ready', async () => {
    expect(await exitCode()).toBe(0);
    expect(requestedPaths).toEqual(['/health/ready']);
  });

  it('fails when the server is not ready or absent', async () => {
    status = 503;
    expect(await exitCode()).toBe(1);
    port = '1';
    expect(await exitCode()).toBe(1);
  });
});

describe('docker/compose.yaml', () => {
  const compose = parse(read('docker/compose.yaml')) as {
    services: Record<
      'server' | 'database',
      { environment: Record<string, string>; volumes: string[]; build?: { dockerfile: string } }
    >;
  };
  const { server, database } = compose.services;

  /** Problems that dclint finds, by the schema of the Compose Specification and its own rules. */
  async function problemsOf(file: string): Promise<string> {
    const linter = join(project, 'node_modules/.bin/dclint');
    const options = { cwd: project, env: { PATH: process.env.PATH } };
    return new Promise((resolve) =>
      execFile(linter, ['--max-warnings=0', file], options, (_error, stdout, stderr) =>
        resolve(stdout + stderr),
      ),
    );
  }

  it('is valid by the schema of the Compose Specification', async () => {
    expect((await problemsOf('docker/compose.yaml')).trim()).toBe('');
    const directory = mkdtempSync(join(tmpdir(), 'compose-'));
    const misspelledFile = join(directory, 'compose.yaml');
    writeFileSync(misspelledFile, read('docker/compose.yaml').replace('depends_on', 'depend_on'));
    expect(await problemsOf(misspelledFile)).toContain('additional properties');
    rmSync(directory, { recursive: true });
  });

  it('builds the Dockerfile, mounts files that exist and sets known variables only', () => {
    expect(server.build?.dockerfile).toBe('docker/Dockerfile');
    const mounted = [...server.volumes, ...database.volumes]
      .map((volume) => volume.split(':')[0]!)
      .filter((source) => source.startsWith('.'));
    expect(mounted.length).toBeGreaterThan(0);
    for (const source of mounted) expect(existsSync(join(project, 'docker', source))).toBe(true);
    expect(Object.keys(server.environment).filter((name) => !known.has(name))).toEqual([]);
  });

  it('gives the server the role of grants.sql and the migrations the owner', () => {
    const [role] = /(?<=CREATE ROLE )\w+/.exec(read('docker/grants.sql'))!;
    const { DATABASE_URL, DATABASE_MIGRATION_URL } = server.environment;
    expect(DATABASE_URL).toContain(`//${role}:`);
    expect(DATABASE_MIGRATION_URL).toContain(`//${database.environment.POSTGRES_USER}:`);
    expect(read('docker/set-app-password.sh')).toContain(`ALTER ROLE ${role} PASSWORD`);
  });
});
