import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './numbers.js';
import { short, table } from './report.js';

const root = process.cwd();

/** Rows of a printed table: the first has the names of the columns, the first cell of each row its subject. */
type Rows = string[][];

/**
 * Compares this build with another commit: a worktree of the commit runs its own bench, the rounds of both take turns, and
 * each figure is the median of its rounds. Rows are matched by their position, because the commits may name them differently.
 */
export function compareWith(commit: string, workloads: string[], rounds: number): void {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const worktree = join(directory, 'worktree');
  try {
    execute(root, 'git', 'worktree', 'add', '--detach', worktree, commit);
    execute(worktree, 'npx', '-y', 'pnpm@10', 'install', '--frozen-lockfile');
    execute(worktree, 'npx', '-y', 'pnpm@10', 'build');
    for (const workload of workloads) compareWorkload(worktree, workload, rounds);
  } finally {
    execute(root, 'git', 'worktree', 'remove', '--force', worktree);
    rmSync(directory, { recursive: true, force: true });
  }
}

function compareWorkload(worktree: string, workload: string, rounds: number): void {
  const before: Rows[] = [];
  const after: Rows[] = [];
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${workload}, round ${round} of ${rounds}\n`);
    before.push(measure(worktree, workload));
    after.push(measure(root, workload));
  }
  const [head, ...rows] = after[0]!;
  const lines = rows.map((row, y) =>
    row.map((cell, x) =>
      x === 0 ? cell : compareCells(figures(before, y + 1, x), figures(after, y + 1, x)),
    ),
  );
  process.stdout.write(`### ${workload.toUpperCase()}: before → after (ratio)\n\n${table(head!, lines)}\n\n`);
}

function measure(directory: string, workload: string): Rows {
  const output = execFileSync('npx', ['tsx', 'bench/main.ts', workload], {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = output.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('| ---'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function figures(tables: Rows[], y: number, x: number): number[] {
  return tables.map((rows) => Number(rows[y]?.[x]?.replaceAll(',', '')));
}

function compareCells(before: number[], after: number[]): string {
  const [one, other] = [median(before), median(after)];
  return `${short(one)} → ${short(other)} (${short(other / one)})`;
}

function execute(cwd: string, command: string, ...parameters: string[]): void {
  execFileSync(command, parameters, { cwd, stdio: ['ignore', 2, 2] });
}
