import { MAX_QUEUED } from '../../../src/kernel/realtime/command-dispatcher.js';
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

const FLOOD = 4 * MAX_QUEUED;

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
  it('gets an ack for each command: the first run in order, the others are rate-limited', async () => {
    const device = await Device.connect(server.url, token);
    const answers = await Promise.all(flood(device));
    const sent = answers.flatMap((answer) => (answer.ok ? [answer.data] : []));
    const rejected = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(answers.slice(0, MAX_QUEUED).every(({ ok }) => ok)).toBe(true);
    expect(rejected.length).toBeGreaterThan(0);
    for (const problem of rejected)
      expect(problem).toMatchObject({ code: 'rate_limited', status: 429, retryAfterMs: 1_000 });
    expect(await readHistory(rest, conversationId)).toEqual(sent);
    expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_message, index) => index + 1));

    const otherDevice = await Promise.all(flood(device, MAX_QUEUED));
    expect(otherDevice.every(({ ok }) => ok)).toBe(true);
    expect(await device.waitForEvents(sent.length + MAX_QUEUED, 'message.new')).toHaveLength(
      sent.length + MAX_QUEUED,
    );
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
