// Serves the call page. `CORS_ORIGINS=http://127.0.0.1:8080 pnpm start` in one terminal, `pnpm call` in another.
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

// Browsers grant camera and microphone to https origins and to localhost only.
pages.listen(Number(process.env.PAGE_PORT ?? 8080), '127.0.0.1', async () => {
  const origin = `http://127.0.0.1:${pages.address().port}`;
  console.log(`Pages at ${origin}/`);
  for (const [name, link] of await demoLinks(origin)) console.log(`${name.padEnd(6)} ${link}`);
});

/** Page of each demo user of the demo conversation; empty without a demo.json of the server in DATA_DIR. */
async function demoLinks(origin) {
  const demo = await readFile(`${process.env.DATA_DIR ?? '.data'}/demo.json`, 'utf8').catch(() => undefined);
  if (!demo) return [];
  const { url, tokens, conversationId } = JSON.parse(demo);
  return ['alice', 'bob'].map((name) => [
    name,
    `${origin}/#${new URLSearchParams({ server: url, token: tokens[name], conversation: conversationId })}`,
  ]);
}
