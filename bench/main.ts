import { BenchEnvironment } from './bench-environment.js';
import { printReport, type Report } from './report.js';
import { catchUp } from './workloads/catch-up.js';
import { conversationList } from './workloads/conversation-list.js';
import { fanOut } from './workloads/fan-out.js';
import { history } from './workloads/history.js';
import { idle } from './workloads/idle.js';
import { messages } from './workloads/messages.js';
import { search } from './workloads/search.js';

/** `pnpm bench`, or `pnpm bench w1 w3`. */
const workloads: Record<string, (environment: BenchEnvironment) => Promise<Report>> = {
  w1: messages,
  w2: fanOut,
  w3: history,
  w4: idle,
  w5: catchUp,
  w6: conversationList,
  w7: search,
};

async function main(requested: string[]): Promise<void> {
  const names = requested.length > 0 ? requested : Object.keys(workloads);
  const unknown = names.filter((name) => !(name in workloads));
  if (unknown.length > 0)
    throw new Error(
      `Unknown workload ${unknown.join(', ')}. Workloads: ${Object.keys(workloads).join(', ')}`,
    );
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

void main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exit(1);
  },
);
