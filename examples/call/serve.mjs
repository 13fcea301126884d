// Serves the page of a call. `CORS_ORIGINS=http://127.0.0.1:8080 pnpm start` in one terminal, `pnpm call` in another.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const socketIo = new URL('../../node_modules/socket.io/client-dist/', import.meta.url);
const files = {
  '/': [new URL('index.html', import.meta.url), 'text/html'],
  '/call.js': [new URL('call.js', import.meta.url), 'text/javascript'],
  '/peer.js': [new URL('peer.js', import.meta.url), 'text/javascript'],
  '/socket.io.esm.min.js': [new URL('socket.io.esm.min.js', socketIo), 'text/javascript'],
};

const pages = createServer(async (request, response) => {
  const [file, type] = files[request.url] ?? [];
  if (!file) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': type }).end(await readFile(file));
});

// Browsers give camera and microphone to https and to this machine only.
pages.listen(Number(process.env.PAGE_PORT ?? 8080), '127.0.0.1', async () => {
  const address = `http://127.0.0.1:${pages.address().port}`;
  console.log(`Pages at ${address}/`);
  for (const [name, link] of await demoLinks(address)) console.log(`${name.padEnd(6)} ${link}`);
});

/** The page of each of the demo people who is in the conversation, if the server has left them where we look. */
async function demoLinks(address) {
  const demo = await readFile(`${process.env.DATA_DIR ?? '.data'}/demo.json`, 'utf8').catch(() => undefined);
  if (!demo) return [];
  const { url, tokens, conversationId } = JSON.parse(demo);
  return ['alice', 'bob'].map((name) => [
    name,
    `${address}/#${new URLSearchParams({ server: url, token: tokens[name], conversation: conversationId })}`,
  ]);
}
