// A chat in the terminal with the demo people: `node examples/chat.mjs alice`, and bob in another terminal.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const { url, tokens, conversationId } = JSON.parse(
  await readFile(`${process.env.DATA_DIR ?? '.data'}/demo.json`, 'utf8'),
);
const token = tokens[process.argv[2]];
if (!token) throw new Error(`Who are you? One of ${Object.keys(tokens).join(', ')}.`);

// REST: the last lines of the history, and the names of the people in it.
const history = await fetch(`${url}/v1/messages?conversationId=${conversationId}&limit=10`, {
  headers: { authorization: `Bearer ${token}` },
});
const { items, users, detail } = await history.json();
if (!history.ok) throw new Error(detail);

const show = ({ seq, senderId, content, deletedAt }) =>
  console.log(
    `${String(seq).padStart(3)}  ${users[senderId].displayName}: ${deletedAt ? '(deleted)' : content}`,
  );
items.forEach(show);

// Socket.IO: what is written from now on, by whichever device.
const socket = io(url, { auth: { token } });
socket.on('message.new', (message) => message.conversationId === conversationId && show(message));
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
