import type { Socket as TcpSocket } from 'node:net';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { listMessages, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import type { ChatSocket } from '../../../src/kernel/realtime/chat-socket.js';
import { MAX_QUEUED_BYTES, MAX_QUEUED_BYTES_PER_USER } from '../../../src/kernel/realtime/backpressure.js';
import { expectData, Device, restTransport } from '../../support/clients/transports.js';
import { findServerSockets } from '../../support/servers/server-sockets.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';

/** Bytes buffered by socket.io, engine.io and ws for one connection, above the operating system. */
interface Connection {
  writeBuffer: { data?: string }[];
  readyState: string;
  transport: { socket?: { bufferedAmount: number } };
}

const TEXT = 'x'.repeat(10_000);
const MAX_MESSAGES = 3_000;

let server: TestServer;
beforeAll(async () => (server = await startTestServer()));
afterAll(() => server.stop());

function waitingBytes(socket: ChatSocket): number {
  const { writeBuffer, transport } = socket.conn as unknown as Connection;
  const queued = writeBuffer.reduce((sum, { data: packet }) => sum + (packet?.length ?? 0), 0);
  return queued + (transport.socket?.bufferedAmount ?? 0);
}

/** Simulates a sleeping phone: it neither reads nor disconnects. */
function pause(device: Device): void {
  const { engine } = device.socket.io as unknown as {
    engine: { transport: { ws: { _socket: TcpSocket } } };
  };
  engine.transport.ws._socket.pause();
}

describe('A slow consumer', () => {
  it('is disconnected before more than 2 MB are queued; others receive everything, and sync returns the missed messages', async () => {
    const [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
    const rest = restTransport(server.url, alice.token);
    const { id: conversationId } = await expectData(
      rest.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    const paused = await Device.connect(server.url, bob.token);
    const [atServer] = findServerSockets(server) as [ChatSocket];
    const disconnected = new Promise<string>((resolve) => atServer.once('disconnect', resolve));
    let isGone = false;
    void disconnected.then(() => (isGone = true));
    const others = [
      await Device.connect(server.url, bob.token),
      await Device.connect(server.url, alice.token),
    ] as const;
    await expectData(rest.request(sendMessage, { conversationId, content: 'Awake' }));
    await paused.waitForEvents(1, 'message.new');
    pause(paused);

    let sent = 1;
    let maxBytes = 0;
    while (!isGone && sent < MAX_MESSAGES) {
      const batch = Array.from({ length: 20 }, () =>
        others[1].request(sendMessage, { conversationId, content: TEXT }),
      );
      await Promise.all(batch.map((pending) => expectData(pending)));
      sent += batch.length;
      maxBytes = Math.max(maxBytes, waitingBytes(atServer));
    }
    expect(isGone).toBe(true);
    expect(maxBytes).toBeGreaterThan(MAX_QUEUED_BYTES / 2);
    expect(maxBytes).toBeLessThanOrEqual(2 * MAX_QUEUED_BYTES);
    expect(findServerSockets(server)).toHaveLength(2);
    expect((atServer.conn as unknown as Connection).readyState).toBe('closed');

    for (const device of others) {
      const received = await device.waitForEvents(sent, 'message.new');
      expect(received.map(({ seq }) => seq).sort((one, other) => Number(one) - Number(other))).toEqual(
        Array.from({ length: sent }, (_item, index) => index + 1),
      );
    }

    paused.close();
    const back = await Device.connect(server.url, bob.token);
    const missed: number[] = [1];
    for (let after: number | undefined = 1; after < sent; after = missed.at(-1)!) {
      const { items } = await expectData(back.request(listMessages, { conversationId, after, limit: 100 }));
      missed.push(...items.map(({ seq }) => seq));
    }
    expect(missed).toEqual(Array.from({ length: sent }, (_item, index) => index + 1));
    for (const device of [back, ...others]) device.close();
  });

  it('with many sockets has one limit for all of them', async () => {
    const [erin, frank] = [await createUser(server, 'erin'), await createUser(server, 'frank')];
    const rest = restTransport(server.url, erin.token);
    const { id: conversationId } = await expectData(
      rest.request(createConversation, { type: 'dm', memberIds: [frank.id] }),
    );
    const paused = await Promise.all(
      Array.from({ length: 3 * (MAX_QUEUED_BYTES_PER_USER / MAX_QUEUED_BYTES) }, () =>
        Device.connect(server.url, frank.token),
      ),
    );
    const open = (): ChatSocket[] =>
      findServerSockets(server).filter(({ data }) => data.session.user.userId === frank.id);
    for (const device of paused) pause(device);
    let maxBytes = 0;
    for (let sent = 0; open().length === paused.length && sent < MAX_MESSAGES; sent += 20) {
      const batch = Array.from({ length: 20 }, () =>
        rest.request(sendMessage, { conversationId, content: TEXT }),
      );
      await Promise.all(batch.map((pending) => expectData(pending)));
      maxBytes = Math.max(
        maxBytes,
        open().reduce((sum, socket) => sum + waitingBytes(socket), 0),
      );
    }
    expect(open().length).toBeLessThan(paused.length);
    expect(maxBytes).toBeLessThanOrEqual(2 * MAX_QUEUED_BYTES_PER_USER);
    for (const device of paused) device.close();
  });

  it('by polling is disconnected, too', async () => {
    const [carol, dave] = [await createUser(server, 'carol'), await createUser(server, 'dave')];
    const rest = restTransport(server.url, carol.token);
    const { id: conversationId } = await expectData(
      rest.request(createConversation, { type: 'dm', memberIds: [dave.id] }),
    );
    const open = await poll('GET');
    const { sid } = JSON.parse(open.slice(1)) as { sid: string };
    await poll('POST', sid, `40${JSON.stringify({ token: dave.token })}`);
    await poll('GET', sid);
    const [atServer] = findServerSockets(server) as [ChatSocket];

    let maxBytes = 0;
    for (let sent = 0; atServer.connected && sent < 500; sent += 20) {
      const batch = Array.from({ length: 20 }, () =>
        rest.request(sendMessage, { conversationId, content: TEXT }),
      );
      await Promise.all(batch.map((pending) => expectData(pending)));
      maxBytes = Math.max(maxBytes, waitingBytes(atServer));
    }
    expect(atServer.connected).toBe(false);
    expect(maxBytes).toBeLessThanOrEqual(2 * MAX_QUEUED_BYTES);
  });
});

/** Client of the Engine.IO protocol that polls on demand. */
async function poll(method: 'GET' | 'POST', sid?: string, body?: string): Promise<string> {
  const query = `EIO=4&transport=polling${sid ? `&sid=${sid}` : ''}`;
  return (await fetch(`${server.url}/socket.io/?${query}`, { method, body })).text();
}
