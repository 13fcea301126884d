import { Lab } from './lab.js';
import { printReport, type Report } from './report.js';
import { catchUp } from './workloads/catch-up.js';
import { conversationList } from './workloads/conversation-list.js';
import { fanOut } from './workloads/fan-out.js';
import { history } from './workloads/history.js';
import { idle } from './workloads/idle.js';
import { messages } from './workloads/messages.js';
import { search } from './workloads/search.js';

/** `pnpm bench`, or `pnpm bench w1 w3`. */
const workloads: Record<string, (lab: Lab) => Promise<Report>> = {
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
  const lab = await Lab.open();
  try {
    for (const name of names) await run(lab, name);
  } finally {
    await lab.close();
  }
}

async function run(lab: Lab, name: string): Promise<void> {
  process.stderr.write(`${name}\n`);
  await lab.begin();
  try {
    const report = await workloads[name]!(lab);
    printReport({ ...report, title: `${name.toUpperCase()}: ${report.title}` });
  } finally {
    await lab.end();
  }
}

void main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exit(1);
  },
);
