import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchEnvironment } from './bench-environment.js';
import { median, percentile } from './numbers.js';

export const ROUNDS = 3;
const WARM_UP_MS = 1_000;
const MEASURE_MS = Number(process.env.BENCH_SECONDS ?? 5) * 1_000;

/** Runs one operation until it is complete. May return its duration in ms, if that is shorter. */
export type Operation = () => Promise<number | void>;

/** Measured subject: concurrent operations, one in flight each, and the process that serves them. */
export interface Subject {
  name: string;
  operations: Operation[];
  server: { readonly processorTime: number };
}

export interface Sample {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  /** Processor time per operation in µs. */
  serverMicros: number;
  postgresMicros: number;
}

/** Measures all subjects in alternating rounds, so that other load affects them alike. Medians of the rounds. */
export async function interleaved(
  environment: BenchEnvironment,
  subjects: Subject[],
): Promise<Map<string, Sample>> {
  const samples = new Map<string, Sample[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const subject of subjects) {
      const sample = await measure(environment, subject);
      process.stderr.write(`  ${subject.name}: ${sample.perSecond.toFixed()}/s\n`);
      samples.get(subject.name)!.push(sample);
    }
  return new Map([...samples].map(([name, all]) => [name, medians(all)]));
}

export function medians(samples: Sample[]): Sample {
  const figures = Object.keys(samples[0]!) as (keyof Sample)[];
  return Object.fromEntries(
    figures.map((figure) => [figure, median(samples.map((sample) => sample[figure]))]),
  ) as unknown as Sample;
}

async function measure(environment: BenchEnvironment, { operations, server }: Subject): Promise<Sample> {
  let took: number[] = [];
  let isOver = false;
  const repeat = async (operation: Operation): Promise<void> => {
    while (!isOver) {
      const startedAt = performance.now();
      const milliseconds = await operation();
      took.push(milliseconds ?? performance.now() - startedAt);
    }
  };
  const running = Promise.all(operations.map(repeat));
  await Promise.race([sleep(WARM_UP_MS), running]);
  took = [];
  const before = {
    at: performance.now(),
    server: server.processorTime,
    postgres: environment.processorTimeOfPostgres,
  };
  await Promise.race([sleep(MEASURE_MS), running]);
  const measured = took.sort((one, other) => one - other);
  const count = measured.length;
  const sample = {
    perSecond: (count * 1_000) / (performance.now() - before.at),
    p50: percentile(measured, 50),
    p95: percentile(measured, 95),
    p99: percentile(measured, 99),
    serverMicros: (server.processorTime - before.server) / count,
    postgresMicros: (environment.processorTimeOfPostgres - before.postgres) / count,
  };
  isOver = true;
  await running;
  return sample;
}
