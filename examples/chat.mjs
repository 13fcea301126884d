// A chat in the terminal with the demo people: `node examples/chat.mjs alice`, and bob in another terminal.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const file = `${process.env.DATA_DIR ?? '.data'}/demo.json`;
const { url, tokens, conversationId } = JSON.parse(await readFile(file, 'utf8'));
const token = tokens[process.argv[2]];
if (!token) throw new Error(`Who are you? One of ${Object.keys(tokens).join(', ')}.`);

/** The seq that was shown last: seq has no gaps, so it tells what is missing. */
let last;

/** REST: what was written before, and whatever was missed, with the names of the people in it. */
async function catchUp() {
  const isNewcomer = last === undefined;
  const query = new URLSearchParams({
    conversationId,
    ...(isNewcomer ? { limit: 10 } : { after: last }),
  });
  const answer = await fetch(`${url}/v1/messages?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items, users, nextCursor, detail } = await answer.json();
  if (!answer.ok) return console.error(detail);
  for (const { seq, senderId, content, deletedAt } of items) {
    if (seq <= last) continue;
    last = seq;
    console.log(
      `${String(seq).padStart(3)}  ${users[senderId].displayName}: ${deletedAt ? '(deleted)' : content}`,
    );
  }
  if (nextCursor && !isNewcomer) await catchUp();
}

/** Socket.IO: connected first and read then, so that nothing falls between the two. */
const socket = io(url, { auth: { token } });
socket.on('connect', catchUp);
socket.on('message.new', (message) => message.conversationId === conversationId && catchUp());
socket.on('connect_error', (error) => console.error(error.data?.detail ?? error.message));

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  // The clientId makes a retry harmless: the same one is the same message.
  const answer = await socket.emitWithAck('message.send', {
    conversationId,
    content: line,
    clientId: crypto.randomUUID(),
  });
  if (!answer.ok) console.error(answer.error.detail);
}
socket.disconnect();
