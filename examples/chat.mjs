// Terminal chat with the demo users: `node examples/chat.mjs alice`, and bob in another terminal.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const file = `${process.env.DATA_DIR ?? '.data'}/demo.json`;
const { url, tokens, conversationId } = JSON.parse(await readFile(file, 'utf8'));
const token = tokens[process.argv[2]];
if (!token) throw new Error(`Usage: chat.mjs <${Object.keys(tokens).join(' | ')}>`);

/** Highest seq printed so far. seq has no gaps, so a later message shows how many are missing. */
let lastSeq;

/** Prints the history once, then the messages after `lastSeq`, with the names of their senders. */
async function printNewMessages() {
  const isFirstRead = lastSeq === undefined;
  const query = new URLSearchParams({
    conversationId,
    timeline: 'all',
    ...(isFirstRead ? { limit: 10 } : { after: lastSeq }),
  });
  const response = await fetch(`${url}/v1/messages?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items, users, nextCursor, detail } = await response.json();
  if (!response.ok) return console.error(detail);
  for (const { seq, senderId, content, deletedAt } of items) {
    if (seq <= lastSeq) continue;
    lastSeq = seq;
    console.log(
      `${String(seq).padStart(3)}  ${users[senderId].displayName}: ${deletedAt ? '(deleted)' : content}`,
    );
  }
  if (nextCursor && !isFirstRead) await printNewMessages();
}

// The socket connects before the history is read, so no message falls between the two.
const socket = io(url, { auth: { token } });
socket.on('connect', printNewMessages);
socket.on('message.new', (message) => message.conversationId === conversationId && printNewMessages());
socket.on('connect_error', (error) => console.error(error.data?.detail ?? error.message));

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  // A retry with the same clientId returns the same message.
  const ack = await socket.emitWithAck('message.send', {
    conversationId,
    content: line,
    clientId: crypto.randomUUID(),
  });
  if (!ack.ok) console.error(ack.error.detail);
}
socket.disconnect();
