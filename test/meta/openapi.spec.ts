import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestServer } from '../support/servers/test-server.js';

const project = join(__dirname, '../..');
const execute = promisify(execFile);

jest.setTimeout(300_000);

describe('The OpenAPI document', () => {
  let directory: string;
  let path: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'openapi-'));
    path = join(directory, 'openapi.json');
    const server = await startTestServer();
    await writeFile(path, await (await fetch(`${server.url}/openapi.json`)).text());
    await server.stop();
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** Output of a tool of the project; its exit code must be 0. */
  async function run(tool: string, ...parameters: string[]): Promise<string> {
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const options = { cwd: directory, env, maxBuffer: 2 ** 24 };
    const { stdout, stderr } = await execute(join(project, 'node_modules/.bin', tool), parameters, options);
    return stdout + stderr;
  }

  it('has no problem for spectral with its rules for OpenAPI', async () => {
    const ruleset = join(directory, 'ruleset.yaml');
    await writeFile(ruleset, 'extends: ["spectral:oas"]\n');
    expect(await run('spectral', 'lint', path, '--ruleset', ruleset, '--fail-severity', 'hint')).toContain(
      'No results with a severity of',
    );
  });

  it('is valid for redocly with its recommended rules', async () => {
    expect(await run('redocly', 'lint', path)).toContain('Your API description is valid');
  });

  it('becomes types by openapi-typescript, with null where null is sent', async () => {
    const types = join(directory, 'types.ts');
    await run('openapi-typescript', path, '-o', types);
    const text = await readFile(types, 'utf8');
    expect(text).toMatch(/\bMessageDto: \{[^}]*senderId: string \| null;/);
    expect(text).toMatch(/MessageType: "text" \| "image"/);
  });
});
