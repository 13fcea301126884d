import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const project = join(__dirname, '../..');
const NOT_COPIED = ['node_modules', '.git', '.data', 'dist'];
/** The tests that hold lists of commands, tables and rules, in which a feature has to be. */
const LISTS = ['contract', 'access', 'deactivated', 'schema.spec', 'schema/'].map((name) => `test/${name}`);

jest.setTimeout(180_000);

/** On a copy of the project, as a developer would. */
describe('The generators', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'generators-'));
    const isCopied = (path: string): boolean => !NOT_COPIED.includes(basename(path));
    cpSync(project, copy, { recursive: true, filter: isCopied });
    for (const directory of ['', 'packages/embedded-postgres', 'packages/schematics'])
      symlinkSync(join(project, directory, 'node_modules'), join(copy, directory, 'node_modules'));
  });

  afterAll(() => rmSync(copy, { recursive: true }));

  /** What a command says; throws it when the command fails. */
  function run(command: string, ...args: string[]): Promise<string> {
    const { NODE_OPTIONS: _ofTheOuterJest, ...env } = process.env;
    const options = { cwd: copy, env, maxBuffer: 2 ** 24 };
    return new Promise((resolve, reject) =>
      execFile(join('node_modules/.bin', command), args, options, (error, stdout, stderr) => {
        const said = stripVTControlCharacters(stdout + stderr);
        if (error) reject(new Error(`${command} ${args.join(' ')}: ${said}`));
        else resolve(said);
      }),
    );
  }

  /** The files that `nest g` has made or changed; it succeeds whatever happens. */
  async function generate(...args: string[]): Promise<string[]> {
    const said = await run('nest', 'g', ...args);
    expect(said).not.toMatch(/Error:|failed|yourself/);
    return [...said.matchAll(/^(?:CREATE|UPDATE) (\S+)/gm)].map(([, file]) => file!);
  }

  describe('make a feature', () => {
    let files: string[];

    it('with all its parts, and known wherever it must be', async () => {
      files = [...(await generate('feature', 'tasks')), ...(await generate('feature', 'agenda-entry'))];
      expect((await readdir(join(copy, 'src/modules/tasks'), { recursive: true })).sort()).toEqual([
        'dto',
        'dto/create-task.dto.ts',
        'dto/list-tasks.dto.ts',
        'dto/task.dto.ts',
        'entities',
        'entities/task.entity.ts',
        ...['contract', 'controller', 'errors', 'gateway', 'module', 'repository', 'service'].map(
          (role) => `tasks.${role}.ts`,
        ),
      ]);
      expect(files).toContain('src/modules/agenda-entries/dto/list-agenda-entries.dto.ts');
      expect(files).toContainEqual(expect.stringMatching(/^src\/database\/migrations\/\d{13}-tasks\.ts$/));
    });

    it('that compiles', async () => {
      await run('tsc', '--noEmit');
    });

    it('that the linter, the ladder and the formatter have nothing to say about', async () => {
      await run('eslint', ...files);
      await run('prettier', '--check', ...files);
      await run('depcruise', '--config', 'tools/ladder/dependency-cruiser.mjs', 'src');
    });

    it('that passes its own tests and those that walk over all features', async () => {
      await run('jest', 'test/tasks.spec.ts', 'test/agenda-entries.spec.ts', ...LISTS);
    });

    it('once', async () => {
      expect(await run('nest', 'g', 'feature', 'task')).toContain('src/modules/tasks is there already.');
    });
  });

  it('are Nest’s own too, and what they make is built', async () => {
    expect(await generate('service', 'clock')).toEqual([
      'src/modules/clock/clock.service.spec.ts',
      'src/modules/clock/clock.service.ts',
      'src/app.module.ts',
    ]);
    const resource = await generate('resource', 'things', '--type', 'rest', '--crud', 'true', '--no-spec');
    expect(resource).toContain('src/modules/things/dto/update-thing.dto.ts');
    const gateway = await generate('resource', 'pings', '--type', 'ws', '--crud', 'true', '--no-spec');
    expect(gateway).not.toContain('package.json');
    await run('nest', 'build');
  });
});
