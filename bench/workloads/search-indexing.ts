import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, connectPeople } from '../clients.js';
import type { Lab } from '../lab.js';
import type { MeasuredProcess } from '../measured-process.js';
import { table } from '../report.js';

const AGAIN = 5_000;
const PEOPLE = 100;
const MEASURE_MS = Number(process.env.BENCH_SECONDS ?? 5) * 1_000;
const TEXT = 'A message as people write them, neither long nor short.';

/** How fast messages are read for their words: with nothing else to do, and while people send as fast as they can. */
export async function indexing(lab: Lab, server: MeasuredProcess): Promise<string> {
  const people = await connectPeople(server.url, PEOPLE, { from: 1 });
  const { id: conversationId } = await people[0]!.ask<{ id: string }>('conversation.create', {
    type: 'group',
    memberIds: people.slice(1).map(({ id }) => id),
  });
  const idle = await readAgain(lab, people[0]!, conversationId);
  await lab.readAgain();

  const rooms = await Promise.all(people.map((person, index) => dmOf(person, people[index ^ 1]!)));
  let sent = 0;
  let isOver = false;
  const sending = Promise.all(
    people.map(async (person, index) => {
      for (; !isOver; sent++)
        await person.tell('message.send', { conversationId: rooms[index], content: TEXT });
    }),
  );
  await sleep(1_000);
  const before = { at: performance.now(), sent, read: await countRead(lab) };
  await sleep(MEASURE_MS);
  const [seconds, said] = [(performance.now() - before.at) / 1_000, sent - before.sent];
  const read = (await countRead(lab)) - before.read;
  isOver = true;
  await sending;
  return table(
    ['', 'read/s', 'sent/s'],
    [
      [`${AGAIN.toLocaleString('en')} messages wait, nobody sends`, whole(idle), '0'],
      [`${PEOPLE} people send as fast as they can`, whole(read / seconds), whole(said / seconds)],
    ],
  );
}

/** Lets the server read some messages again, which must come to the same. Answers how many a second it read. */
async function readAgain(lab: Lab, person: Client, conversationId: string): Promise<number> {
  await lab.sql(`CREATE TABLE known AS SELECT * FROM message_search ORDER BY message_id DESC LIMIT ${AGAIN}`);
  await lab.sql('DELETE FROM message_search WHERE message_id IN (SELECT message_id FROM known)');
  await lab.sql('INSERT INTO search_pending SELECT message_id FROM known');
  await person.tell('message.send', { conversationId, content: TEXT });
  const startedAt = performance.now();
  const isDone = async (): Promise<boolean> =>
    (await lab.sql('SELECT FROM search_pending LIMIT 1')).length === 0;
  while (!(await isDone())) await sleep(20);
  const seconds = (performance.now() - startedAt) / 1_000;
  const sorted = (keys: string): string => `ARRAY(SELECT unnest(${keys}) ORDER BY 1)`;
  const different = await lab.sql(
    `SELECT FROM known LEFT JOIN message_search read USING (message_id)
     WHERE ${sorted('read.keys')} <> ${sorted('known.keys')} OR read.message_id IS NULL`,
  );
  if (different.length > 0)
    throw new Error(`${different.length} messages were read otherwise than filled in.`);
  return AGAIN / seconds;
}

async function dmOf(person: Client, peer: Client): Promise<string> {
  return (await person.ask<{ id: string }>('conversation.create', { type: 'dm', memberIds: [peer.id] })).id;
}

async function countRead(lab: Lab): Promise<number> {
  const [row] = await lab.sql<{ count: number }>('SELECT count(*)::int AS count FROM message_search');
  return row!.count;
}

function whole(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}
