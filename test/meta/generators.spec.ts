import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

type PackageJson = { scripts: Record<string, string> };

const project = join(__dirname, '../..');
const NOT_COPIED = ['node_modules', '.git', '.data', 'dist'];
const WITH_DEPENDENCIES = ['', 'packages/embedded-postgres', 'packages/schematics'];
/** Tests of the lists that name every operation, table or constraint. */
const LIST_TESTS = [
  'contract/contract',
  'contract/access-table',
  'contract/client-types',
  'contract/documents',
  'contract/event-sufficiency',
  'e2e/auth/user-deactivation',
  'database/schema',
  'database/constraints',
  'database/cascades',
  'database/table-owners',
].map((name) => `test/${name}.spec.ts`);

jest.setTimeout(600_000);

/** Generators of @tms/schematics and of Nest, run on a copy of the project. */
describe('Generators', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'generators-'));
    const isCopied = (path: string): boolean => !NOT_COPIED.includes(basename(path));
    cpSync(project, copy, { recursive: true, filter: isCopied });
    for (const directory of WITH_DEPENDENCIES)
      symlinkSync(join(project, directory, 'node_modules'), join(copy, directory, 'node_modules'));
  });

  afterAll(() => rmSync(copy, { recursive: true }));

  /** Output of a program in the copy; rejects with it when the program fails. */
  function run(program: string, ...args: string[]): Promise<string> {
    const {
      NODE_OPTIONS: _ofOuterJest,
      DATABASE_URL: _,
      DATABASE_MIGRATION_URL: _owner,
      ...env
    } = process.env;
    const options = { cwd: copy, env, maxBuffer: 2 ** 24 };
    return new Promise((resolve, reject) =>
      execFile(program, args, options, (error, stdout, stderr) => {
        const output = stripVTControlCharacters(stdout + stderr);
        if (error) reject(new Error(`${program} ${args.join(' ')}: ${output}`));
        else resolve(output);
      }),
    );
  }

  const runBinary = (name: string, ...args: string[]): Promise<string> =>
    run(join('node_modules/.bin', name), ...args);

  /** Files that `nest g` created or changed. Its exit code is 0 even after an error. */
  async function generate(...args: string[]): Promise<string[]> {
    const output = await runBinary('nest', 'g', ...args);
    expect(output).not.toMatch(/Error:|failed|by hand/);
    return [...output.matchAll(/^(?:CREATE|UPDATE) (\S+)/gm)].map(([, file]) => file!);
  }

  describe('feature', () => {
    let files: string[];

    it('creates all files of a module and enters it in all lists', async () => {
      files = [...(await generate('feature', 'tasks')), ...(await generate('feature', 'agenda-entry'))];
      expect((await readdir(join(copy, 'src/modules/tasks'), { recursive: true })).sort()).toEqual([
        'dto',
        'dto/task.dto.ts',
        'entities',
        'entities/task.entity.ts',
        ...['contract', 'controller', 'errors', 'gateway', 'module', 'repository', 'service'].map(
          (role) => `tasks.${role}.ts`,
        ),
      ]);
      expect(files).toContain('src/modules/agenda-entries/dto/agenda-entry.dto.ts');
      expect(files).toContainEqual(expect.stringMatching(/^src\/database\/migrations\/\d{13}-tasks\.ts$/));
    });

    it('creates code that compiles', async () => {
      await run('node', 'tools/build.mjs');
      await run('node', 'tools/generate-client-types.mjs');
      await runBinary('tsc', '--noEmit');
    });

    it('creates code that linter, ladder, structure check, prose check and formatter accept', async () => {
      await runBinary('eslint', ...files.filter((file) => file.endsWith('.ts')));
      await runBinary('prettier', '--check', ...files);
      await runBinary('depcruise', '--config', 'tools/ladder/dependency-cruiser.mjs', 'src');
      await run('node', 'tools/ladder/check-structure.mjs');
      const created = files.filter((file) => /tasks|agenda/.test(file));
      await run('node', 'tools/prose/check.mjs', ...created);
    });

    it('creates code that passes its own tests and those of all lists', async () => {
      await runBinary('jest', 'test/e2e/tasks', 'test/e2e/agenda-entries', ...LIST_TESTS);
    });

    it('creates an entity whose new column becomes a migration, without a database', async () => {
      const entity = join(copy, 'src/modules/tasks/entities/task.entity.ts');
      const column = `  @Column({ type: 'text', nullable: true })\n  color: string | null;\n}\n`;
      writeFileSync(entity, readFileSync(entity, 'utf8').replace(/\}\n$/, `\n${column}`));
      const { scripts } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')) as PackageJson;
      const [tool = '', ...args] = scripts['migration:generate']!.split(' ');
      const output = await runBinary(tool, ...args, 'src/database/migrations/task-color');
      const file = /src\/database\/migrations\/\d{13}-task-color\.ts/.exec(output)![0];
      const text = readFileSync(join(copy, file), 'utf8');
      expect(text).toMatch(
        /async up.*ALTER TABLE "tasks" ADD "color" text.*async down.*DROP COLUMN "color"/s,
      );
      await runBinary('prettier', '--check', file);
    });

    it('refuses a module that exists', async () => {
      expect(await runBinary('nest', 'g', 'feature', 'task')).toContain('src/modules/tasks already exists.');
    });
  });

  it('of Nest create files below src/modules that are built', async () => {
    expect(await generate('service', 'clock')).toEqual([
      'src/modules/clock/clock.service.spec.ts',
      'src/modules/clock/clock.service.ts',
      'src/app.module.ts',
    ]);
    const resource = await generate('resource', 'things', '--type', 'rest', '--crud', 'true', '--no-spec');
    expect(resource).toContain('src/modules/things/dto/update-thing.dto.ts');
    const gateway = await generate('resource', 'pings', '--type', 'ws', '--crud', 'true', '--no-spec');
    expect(gateway).not.toContain('package.json');
    await runBinary('nest', 'build');
  });
});
