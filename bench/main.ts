import { parseArgs } from 'node:util';
import { compareWith } from './against.js';
import { BenchEnvironment } from './bench-environment.js';
import { printReport, type Report } from './report.js';
import { catchUp } from './workloads/catch-up.js';
import { conversationList } from './workloads/conversation-list.js';
import { fanOut } from './workloads/fan-out.js';
import { history } from './workloads/history.js';
import { idle } from './workloads/idle.js';
import { messages } from './workloads/messages.js';
import { search } from './workloads/search.js';

/** `pnpm bench`, `pnpm bench w1 w3`, or `pnpm bench w1 --against <commit>`. */
const workloads: Record<string, (environment: BenchEnvironment) => Promise<Report>> = {
  w1: messages,
  w2: fanOut,
  w3: history,
  w4: idle,
  w5: catchUp,
  w6: conversationList,
  w7: search,
};

async function main(): Promise<void> {
  const { values, positionals: requested } = parseArgs({
    allowPositionals: true,
    options: { against: { type: 'string' }, rounds: { type: 'string', default: '5' } },
  });
  const names = requested.length > 0 ? requested : Object.keys(workloads);
  const unknown = names.filter((name) => !(name in workloads));
  if (unknown.length > 0)
    throw new Error(
      `Unknown workload ${unknown.join(', ')}. Workloads: ${Object.keys(workloads).join(', ')}`,
    );
  if (values.against) return compareWith(values.against, names, Number(values.rounds));
  const environment = await BenchEnvironment.open();
  try {
    for (const name of names) await run(environment, name);
  } finally {
    await environment.close();
  }
}

async function run(environment: BenchEnvironment, name: string): Promise<void> {
  process.stderr.write(`${name}\n`);
  await environment.begin();
  try {
    const report = await workloads[name]!(environment);
    printReport({ ...report, title: `${name.toUpperCase()}: ${report.title}` });
  } finally {
    await environment.end();
  }
}

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exit(1);
  },
);
