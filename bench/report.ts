import type { Sample } from './load.js';

/** Result of a workload, in the form of README.md. */
export interface Report {
  title: string;
  table: string;
  /** Targets with the reached figures. */
  verdicts: Verdict[];
}

export interface Verdict {
  claim: string;
  measured: number;
  isMet: boolean;
}

export function atLeast(limit: number, claim: string, measured: number): Verdict {
  return { claim: `${claim} ≥ ${limit}`, measured, isMet: measured >= limit };
}

export function atMost(limit: number, claim: string, measured: number): Verdict {
  return { claim: `${claim} ≤ ${limit}`, measured, isMet: measured <= limit };
}

/** One row per subject; the ratio is its throughput relative to that of the limit. */
export function comparisonTable(
  unit: string,
  samples: Map<string, Sample>,
  limit: string,
  weight = 1,
): string {
  const best = samples.get(limit)!.perSecond;
  const lines = [...samples].map(([name, sample]) => [
    name,
    integer(sample.perSecond * weight),
    short(sample.p50),
    short(sample.p95),
    short(sample.p99),
    integer(sample.serverMicros / weight),
    integer(sample.postgresMicros / weight),
    name === limit ? '1' : short(sample.perSecond / best),
  ]);
  const head = ['', `${unit}/s`, 'p50 ms', 'p95 ms', 'p99 ms', 'server CPU µs', 'PostgreSQL CPU µs', 'ratio'];
  return table(head, lines);
}

export function table(head: string[], lines: string[][]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function printReport({ title, table: text, verdicts }: Report): void {
  const lines = verdicts.map(({ claim, measured, isMet }) =>
    `- ${claim}: **${short(measured)}** ${isMet ? '' : '(missed)'}`.trim(),
  );
  process.stdout.write(`### ${title}\n\n${text}\n\n${lines.join('\n')}\n\n`);
}

function integer(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

export function short(figure: number): string {
  return figure.toFixed(figure < 10 ? 2 : 1);
}
