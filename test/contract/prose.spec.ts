import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkProse } from '../../tools/prose/rules.mjs';

const root = join(__dirname, '../..');
const DECISIONS = join(root, 'docs/decisions');
const HEADINGS = ['Context', 'Decision', 'Alternatives', 'Consequences'];
const wordsOf = (path: string, text: string): string[] =>
  checkProse(path, text)
    .map(({ word }) => word.replace(/\s+/g, ' '))
    .sort();

describe('The prose check', () => {
  it.each([
    ['a denied word in a comment', 'src/a.ts', '// Sent by somebody.', ['somebody']],
    ['a denied word in a class comment', 'src/a.ts', '/**\n * Users whom a block hides.\n */', ['whom']],
    ['a denied phrase across two lines', 'src/a.ts', '// The user is\n// told.', ['is told']],
    ['a denied word in a description', 'src/a.dto.ts', "TextField('Text of whoever sent it.')", ['whoever']],
    ['a denied word in a template', 'src/a.ts', 'log(`Sent ${count} times by nobody.`)', ['nobody']],
    ['a denied word in a comment of SQL', 'src/a.sql', '-- for ever\nSELECT 1', ['for ever']],
    ['a denied word in an SQL string', 'src/a.ts', 'query(`SELECT 1 -- anew\nFROM users`)', ['anew']],
    ['the first person', 'src/a.ts', '// Conversations that I left, and my own.', ['I', 'my']],
    ['the first person in a document', 'docs/a.md', 'We decided it.', ['We']],
    ['the first person in a variable', '.env.example', '## Our port.\n# PORT=1', ['Our']],
    ['a replaced word', 'README.md', 'Both doors answer people.', ['doors', 'people']],
    ['a replaced identifier', 'src/a.ts', 'class SocketDoor {}', ['SocketDoor']],
    ['a replaced column', 'src/a.ts', 'query(`SELECT me_version FROM users`)', ['me_version']],
    ['a replaced operation', 'src/a.ts', "on('schedule.create')", ['schedule.create']],
    ['a replaced file', 'docs/a.md', 'See `send-lane.ts`.', ['send-lane.ts']],
    ['a denied word in a test title', 'test/a.spec.ts', "it('answers nobody', () => {})", ['nobody']],
    ['a denied word in a row title', 'test/a.spec.ts', "const CASES = [['seen by nobody', 1]]", ['nobody']],
    ['a denied word in a record key', 'test/a.ts', "const CASES = { 'a mail to nobody': 1 }", ['nobody']],
    ['a denied word in a page', 'examples/a.html', '<p>Call <b>somebody</b></p>', ['somebody']],
    ['a long sentence', 'src/a.ts', `// ${'word '.repeat(41)}`, ['word word word']],
  ])('finds %s', (_title, path, text, words) => expect(wordsOf(path, text)).toEqual(words));

  it.each([
    ['code spans', 'docs/a.md', 'The path `/v1/users/me`, and ``my `own` ``.'],
    ['fenced code', 'docs/a.md', '```\nI told somebody\n```'],
    ['example values', 'src/a.ts', "TextField('A text.', { example: 'I am here' })"],
    ['imports and codes', 'src/a.ts', "import { me } from './me.js'; const code = 'nobody';"],
    ['sample data of tests', 'test/a.spec.ts', "send('I see you')"],
    ['several short sentences', 'src/a.ts', `// ${'Four words a sentence. '.repeat(20)}`],
    ['terms of standards', 'src/auth/a.ts', '// Audience of the token, I/O, the host name.'],
  ])('allows %s', (_title, path, text) => expect(checkProse(path, text)).toEqual([]));

  it('names the line of a finding', () => {
    const text = 'const a = 1;\n/**\n * A user.\n * Or\n * somebody.\n */\n';
    expect(checkProse('src/a.ts', text)).toEqual([
      { line: 5, word: 'somebody', message: 'use a user, no user, any user, all members' },
    ]);
  });

  it('passes for the whole tree', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['tools/prose/check.mjs'], { cwd: root });
    expect(String(stdout) + String(stderr)).toBe('');
  });
});

describe('The documents', () => {
  const documents = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'bench/README.md',
    ...markdownIn('docs'),
  ];
  const records = readdirSync(DECISIONS).filter((name) => /^\d{4}-/.test(name));

  it('link to files and name paths that exist', () => {
    const missing = documents.flatMap((name) => {
      const text = readFileSync(join(root, name), 'utf8');
      const links = captures(text, /\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g);
      const paths = captures(text, /`((?:src|test|tools|docs|docker|bench|examples|packages)\/[\w./-]+)`/g);
      return [
        ...links.filter((link) => !existsSync(join(root, dirname(name), link))),
        ...paths.filter((path) => !path.endsWith('/.env') && !existsSync(join(root, path))),
      ].map((path) => `${name}: ${path}`);
    });
    expect(missing).toEqual([]);
  });

  it.each(records)('%s has the headings of a decision record', (name) => {
    const text = readFileSync(join(DECISIONS, name), 'utf8');
    expect(text).toMatch(
      new RegExp(`^# ${name.slice(0, 4)} .+\n\n- Status: .+\n- Date: \\d{4}-\\d{2}-\\d{2}\n`),
    );
    expect(captures(text, /^## (.+)$/gm)).toEqual(HEADINGS);
  });

  it('list every decision record with its title and status', () => {
    const index = readFileSync(join(DECISIONS, 'README.md'), 'utf8').replace(/ +\|/g, ' |');
    for (const name of records) {
      const text = readFileSync(join(DECISIONS, name), 'utf8');
      const [, title, status] = /^# \d{4} (.+)\n\n- Status: (.+)\n/.exec(text)!;
      expect(index).toContain(`| [${name.slice(0, 4)}](${name}) | ${title} | ${status} |`);
    }
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith('.md'));
}

function captures(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, capture]) => capture!);
}
