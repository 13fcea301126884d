import type { Server } from 'socket.io';
import type { ChatSocket } from '../../../src/kernel/realtime/chat-socket.js';
import { CommandDispatcher, MAX_QUEUED } from '../../../src/kernel/realtime/command-dispatcher.js';
import { Publisher } from '../../../src/kernel/realtime/publisher.js';
import { TransportPauses } from '../../../src/kernel/realtime/transport-pauses.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { getSelf } from '../../../src/modules/users/users.contract.js';
import { readHistory } from '../../support/clients/read-history.js';
import {
  expectData,
  Device,
  restTransport,
  type Answer,
  type Transport,
} from '../../support/clients/transports.js';
import { findServerSockets } from '../../support/servers/server-sockets.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const FLOOD = 2 * MAX_QUEUED;

let server: TestServer;
let token: string;
let rest: Transport;
let conversationId: string;

beforeAll(async () => (server = await startTestServer()));
beforeEach(async () => {
  const flooder = await createUser(server, `flooder-${Math.random()}`);
  const other = await createUser(server, `other-${Math.random()}`);
  ({ token } = flooder);
  rest = restTransport(server.url, token);
  ({ id: conversationId } = await expectData(
    rest.request(createConversation, { type: 'dm', memberIds: [other.id] }),
  ));
});
afterAll(() => server.stop());

function flood(device: Device, count = FLOOD): Promise<Answer<MessageDto>>[] {
  return Array.from({ length: count }, (_item, index) =>
    device.request(sendMessage, { conversationId, content: `Number ${index}` }),
  );
}

describe('A socket that exceeds the command queue', () => {
  it.each(['websocket', 'polling'] as const)(
    'by %s is read more slowly: each command runs, in the order sent',
    async (transport) => {
      const device = await Device.connect(server.url, token, undefined, transport);
      const pause = jest.spyOn(server.app.get(TransportPauses), 'pause');
      const sent = (await Promise.all(flood(device))).flatMap((answer) => (answer.ok ? [answer.data] : []));
      expect(pause).toHaveBeenCalled();
      expect(sent.map(({ content }) => content)).toEqual(sent.map((_message, index) => `Number ${index}`));
      expect(sent).toHaveLength(FLOOD);
      expect(await readHistory(rest, conversationId)).toEqual(sent);
      expect(await device.waitForEvents(FLOOD, 'message.new')).toHaveLength(FLOOD);
      device.close();
    },
  );

  it('answers the pings of the server while its queue is full', async () => {
    const { opts } = server.app.get<unknown, { server: Server }>(Publisher).server.engine as {
      opts: { pingInterval: number; pingTimeout: number };
    };
    const usual = { ...opts };
    Object.assign(opts, { pingInterval: 50, pingTimeout: 1_000 });
    const device = await Device.connect(server.url, token);
    const [own] = findServerSockets(server) as [ChatSocket];
    let release = (): void => undefined;
    const blocked = new Promise<object>((resolve) => (release = () => resolve({})));
    server.app.get(CommandDispatcher).registerHandler(own, 'test.block', () => blocked);
    let pings = 0;
    device.socket.io.on('ping', () => {
      pings++;
      device.socket.emit('test.block', {});
    });
    for (let count = 0; count < MAX_QUEUED; count++) device.socket.emit('test.block', {});
    await waitUntil(() => pings >= 4); // each needs the answer to the one before, which is read after a pause
    expect(own.connected).toBe(true);
    Object.assign(opts, usual);
    release();
    await device.settleEvents();
    device.close();
  });

  it('by far is disconnected', async () => {
    const device = await Device.connect(server.url, token, undefined, 'polling');
    const [own] = findServerSockets(server) as [ChatSocket];
    server.app.get(CommandDispatcher).registerHandler(own, 'test.block', () => new Promise(() => undefined));
    for (let count = 0; count < 130 * MAX_QUEUED; count++) device.socket.emit('test.block', {});
    await waitUntil(() => findServerSockets(server).length === 0);
    device.close();
  });

  it('does not delay other sockets of the same user', async () => {
    const [device, otherDevice] = [
      await Device.connect(server.url, token),
      await Device.connect(server.url, token),
    ];
    const flooded = Promise.all(flood(device));
    const answer = await otherDevice.request(sendMessage, { conversationId, content: 'Calm' });
    expect(answer.ok).toBe(true);
    await flooded;
    for (const each of [device, otherDevice]) each.close();
  });

  it('and disconnects drops the commands that have not started', async () => {
    const device = await Device.connect(server.url, token);
    const pending = flood(device, MAX_QUEUED);
    for (const answer of pending) answer.catch(() => undefined); // the socket disconnects before the ack
    await pending[0];
    device.close();
    await waitUntil(() => findServerSockets(server).length === 0);

    // One command may still be running; a message of another socket is ordered before or after it.
    const back = await Device.connect(server.url, token);
    await expectData(back.request(sendMessage, { conversationId, content: 'Back' }));
    const before = await readHistory(rest, conversationId);
    expect(before.length).toBeLessThan(MAX_QUEUED);
    for (let turn = 0; turn < 50; turn++) await expectData(rest.request(getSelf, {}));
    const after = await readHistory(rest, conversationId);
    expect(after.length - before.length).toBeLessThanOrEqual(1);
    const contents = after.map(({ content }) => content).filter((content) => content !== 'Back');
    expect(contents).toEqual(contents.map((_content, index) => `Number ${index}`));
    expect(back.socket.connected).toBe(true);
    back.close();
  });
});
