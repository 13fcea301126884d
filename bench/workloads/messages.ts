import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { type Client, connectPeople } from '../clients.js';
import type { Lab } from '../lab.js';
import { type AuthUser, interleaved, type Subject } from '../load.js';
import { percentile } from '../numbers.js';
import { ownProcess } from '../processor-time.js';
import { atLeast, atMost, type Report, short, tableOf } from '../report.js';

const PEOPLE = 100;
const TEXT = 'A message as people write them, neither long nor short.';
const OURS = 'this server';
const BARE = 'bare pg, append_messages of one, prepared';
const PLAIN = 'plain Socket.IO, no database';
const APPEND = 'SELECT outcome, audience_version, (message).* FROM append_messages($1, true)';

interface Pair {
  conversationId: string;
  people: [Client, Client];
}

/** 100 people in 50 DMs: each sends, waits until the other heard it and the ack came, and sends the next. */
export async function messages(lab: Lab): Promise<Report> {
  const [server, plain] = [await lab.startServer(), await lab.startPlainSocketIo()];
  const acked: number[] = [];
  const pairs = await pairUp(server.url);
  const pool = lab.barePool();
  const subjects: Subject[] = [
    { name: OURS, server, callers: callersOf(pairs, acked) },
    {
      name: BARE,
      server: ownProcess,
      callers: pairs.flatMap(({ conversationId, people }) =>
        people.map(({ id }) => bareSender(pool, conversationId, id)),
      ),
    },
    { name: PLAIN, server: plain, callers: callersOf(await pairUp(plain.url)) },
  ];
  const samples = await interleaved(lab, subjects);
  await pool.end();

  const [ours, bare, least] = [OURS, BARE, PLAIN].map((name) => samples.get(name)!);
  acked.sort((one, other) => one - other);
  const acks = [50, 95, 99].map((percent) => short(percentile(acked, percent))).join(', ');
  return {
    title: '100 people in 50 DMs, one message on its way for each',
    table: `${tableOf('messages', samples, BARE)}\n\nAcks of this server after ${acks} ms (p50, p95, p99); the table has deliveries.`,
    verdicts: [
      atLeast(0.8, 'throughput beside bare pg', ours!.perSecond / bare!.perSecond),
      atMost(
        2.5,
        'CPU a message beside plain Socket.IO',
        (ours!.serverMicros + ours!.postgresMicros) / least!.serverMicros,
      ),
    ],
  };
}

async function pairUp(url: string): Promise<Pair[]> {
  const people = await connectPeople(url, PEOPLE);
  const pairs: Pair[] = [];
  for (let index = 0; index < PEOPLE; index += 2) {
    const pair = people.slice(index, index + 2) as [Client, Client];
    const input = { type: 'dm', memberIds: [pair[1].id] };
    const { id } = await pair[0].ask<{ id: string }>('conversation.create', input);
    pairs.push({ conversationId: id, people: pair });
  }
  return pairs;
}

function callersOf(pairs: Pair[], acked: number[] = []): AuthUser[] {
  return pairs.flatMap(({ conversationId, people: [one, other] }) => {
    const toOne = hearing(one);
    const toOther = hearing(other);
    return [sender(one, conversationId, toOther, acked), sender(other, conversationId, toOne, acked)];
  });
}

function bareSender(pool: Pool, conversationId: string, senderId: string): AuthUser {
  return async () => {
    const ids = { id: randomUUID(), conversationId, senderId, clientId: randomUUID() };
    await pool.query({
      name: 'append',
      text: APPEND,
      values: [JSON.stringify([{ ...ids, type: 'text', content: TEXT }])],
    });
  };
}

type Heard = (clientId: string) => Promise<void>;

/** Waits for a message at this person. */
function hearing(person: Client): Heard {
  const waiting = new Map<string, () => void>();
  person.hear = ({ clientId }) => {
    waiting.get(clientId)?.();
    waiting.delete(clientId);
  };
  return (clientId) => new Promise((resolve) => waiting.set(clientId, resolve));
}

function sender(person: Client, conversationId: string, heard: Heard, acked: number[]): AuthUser {
  return async () => {
    const clientId = randomUUID();
    const startedAt = performance.now();
    const delivered = heard(clientId).then(() => performance.now() - startedAt);
    await person.tell('message.send', { conversationId, content: TEXT, clientId });
    acked.push(performance.now() - startedAt);
    return delivered;
  };
}
