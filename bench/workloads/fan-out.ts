import { type Client, connectPeople } from '../clients.js';
import type { Lab } from '../lab.js';
import { type AuthUser, interleaved } from '../load.js';
import { atLeast, type Report, tableOf } from '../report.js';

const MEMBERS = 500;
const OURS = 'this server';
const PLAIN = 'plain Socket.IO, no database';
const TEXT = 'An announcement for everybody in this group.';

/** One person writes to a group of 500 who are all connected, and writes again when all have heard it. */
export async function fanOut(lab: Lab): Promise<Report> {
  const [server, plain] = [await lab.startServer(), await lab.startPlainSocketIo()];
  const ours = await connectPeople(server.url, MEMBERS);
  const theirs = await connectPeople(plain.url, MEMBERS);
  const memberIds = theirs.slice(1).map(({ id }) => id);
  const group = await theirs[0]!.ask<{ id: string }>('conversation.create', { memberIds });
  const samples = await interleaved(lab, [
    { name: OURS, server, callers: [announcer(ours, await insertGroup(lab, ours))] },
    { name: PLAIN, server: plain, callers: [announcer(theirs, group.id)] },
  ]);
  const [sample, limit] = [samples.get(OURS)!, samples.get(PLAIN)!];
  return {
    title: `one sender in a group of ${MEMBERS} who are connected`,
    table: tableOf('deliveries', samples, PLAIN, MEMBERS),
    verdicts: [atLeast(0.8, 'throughput beside plain Socket.IO', sample.perSecond / limit.perSecond)],
  };
}

async function insertGroup(lab: Lab, members: Client[]): Promise<string> {
  const [group] = await lab.sql<{ id: string }>(
    `INSERT INTO conversations (id, type, title, created_by) VALUES (gen_random_uuid(), 'group', 'All', $1) RETURNING id`,
    [members[0]!.id],
  );
  await lab.sql('INSERT INTO conversation_members (conversation_id, user_id) SELECT $1, unnest($2::uuid[])', [
    group!.id,
    members.map(({ id }) => id),
  ]);
  return group!.id;
}

function announcer(members: Client[], conversationId: string): AuthUser {
  let missing = 0;
  let allHeard = (): void => undefined;
  for (const member of members)
    member.hear = () => {
      if (--missing === 0) allHeard();
    };
  return async () => {
    missing = members.length;
    const everybody = new Promise<void>((resolve) => (allHeard = resolve));
    await members[0]!.tell('message.send', { conversationId, content: TEXT });
    await everybody;
  };
}
