import { MOST_WAITING } from '../src/kernel/realtime/command-queue.js';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import { sendMessage } from '../src/modules/messages/messages.contract.js';
import { getMe } from '../src/modules/users/users.contract.js';
import { readHistory } from './proof/read-history.js';
import { data, Device, restDoor, type Answer, type Door } from './setup/doors.js';
import { socketsOf } from './setup/io-server.js';
import { person, startTestServer, type TestServer } from './setup/server.js';
import { until } from './setup/until.js';

const FLOOD = 4 * MOST_WAITING;

let server: TestServer;
let token: string;
let rest: Door;
let conversationId: string;

beforeAll(async () => (server = await startTestServer()));
beforeEach(async () => {
  const flooder = await person(server, `flooder-${Math.random()}`);
  const other = await person(server, `other-${Math.random()}`);
  ({ token } = flooder);
  rest = restDoor(server.url, token);
  ({ id: conversationId } = await data(rest.ask(createConversation, { type: 'dm', memberIds: [other.id] })));
});
afterAll(() => server.stop());

function flood(device: Device, count = FLOOD): Promise<Answer<MessageDto>>[] {
  return Array.from({ length: count }, (_item, index) =>
    device.ask(sendMessage, { conversationId, content: `Number ${index}` }),
  );
}

describe('A socket that sends more commands than may wait', () => {
  it('gets an answer to each: the first are carried out in their order, the surplus is told to slow down', async () => {
    const device = await Device.connect(server.url, token);
    const answers = await Promise.all(flood(device));
    const sent = answers.flatMap((answer) => (answer.ok ? [answer.data] : []));
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(answers.slice(0, MOST_WAITING).every(({ ok }) => ok)).toBe(true);
    expect(refused.length).toBeGreaterThan(0);
    for (const problem of refused)
      expect(problem).toMatchObject({ code: 'rate_limited', status: 429, retryAfterMs: 1_000 });
    expect(await readHistory(rest, conversationId)).toEqual(sent);
    expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_message, index) => index + 1));

    const calm = await Promise.all(flood(device, MOST_WAITING));
    expect(calm.every(({ ok }) => ok)).toBe(true);
    expect(await device.hear(sent.length + MOST_WAITING, 'message.new')).toHaveLength(
      sent.length + MOST_WAITING,
    );
    device.close();
  });

  it('does not slow down the other sockets of the same person', async () => {
    const [device, calm] = [await Device.connect(server.url, token), await Device.connect(server.url, token)];
    const flooded = Promise.all(flood(device));
    const answer = await calm.ask(sendMessage, { conversationId, content: 'Calm' });
    expect(answer.ok).toBe(true);
    await flooded;
    for (const each of [device, calm]) each.close();
  });

  it('and leaves, leaves those behind that had not begun; the process lives', async () => {
    const device = await Device.connect(server.url, token);
    const asked = flood(device, MOST_WAITING);
    for (const answer of asked) answer.catch(() => undefined); // it left before they came
    await asked[0];
    device.close();
    await until(() => socketsOf(server).length === 0);

    // One more may be on its way: when a message of another socket is committed, it has its place before or after it.
    const back = await Device.connect(server.url, token);
    await data(back.ask(sendMessage, { conversationId, content: 'Back' }));
    const before = await readHistory(rest, conversationId);
    expect(before.length).toBeLessThan(MOST_WAITING);
    for (let turn = 0; turn < 50; turn++) await data(rest.ask(getMe, {}));
    const after = await readHistory(rest, conversationId);
    expect(after.length - before.length).toBeLessThanOrEqual(1);
    const contents = after.map(({ content }) => content).filter((content) => content !== 'Back');
    expect(contents).toEqual(contents.map((_content, index) => `Number ${index}`));
    expect(back.socket.connected).toBe(true);
    back.close();
  });
});
