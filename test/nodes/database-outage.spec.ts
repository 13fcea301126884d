import { DataSource } from 'typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import type { ProblemDetailsDto } from '../../src/kernel/errors/problem-details.dto.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { editMessage, listMessages, sendMessage } from '../../src/modules/messages/messages.contract.js';
import { getSelf } from '../../src/modules/users/users.contract.js';
import { UserQueryRepository } from '../../src/modules/users/user-query.repository.js';
import { expectData, Device, type Answer } from '../support/clients/transports.js';
import { OutageFixture, POOL_SIZE } from '../support/servers/outage-fixture.js';
import { holdConnections } from '../support/servers/busy-connections.js';
import { captureOutput, type CapturedOutput } from '../support/environment/captured-output.js';
import { JWT_SECRET, signToken } from '../support/clients/tokens.js';
import { waitUntil } from '../support/environment/wait-until.js';

const TEXT = 'Text that no log may contain';
/** Time limits of the server for a free connection and for an answer of the database. */
const WAIT_MS = 5_000;
const SILENCE_MS = 9_000;
/** For a slow machine: the limit is proven by an answer, its length by the lower bound. */
const SLACK_MS = 20_000;
const IDLE_MS = 30;
const SERVICE_UNAVAILABLE = {
  code: 'service_unavailable',
  status: 503,
  retryAfterMs: expect.any(Number) as number,
};

let fixture: OutageFixture;
let output: CapturedOutput;
let sent = 0;

beforeAll(async () => {
  output = captureOutput();
  fixture = await OutageFixture.create();
});
afterEach(() => fixture.unlockConversation());
afterAll(async () => {
  await fixture.close();
  output.restore();
});

const send = (clientId?: string): Promise<Answer<MessageDto>> =>
  fixture.device.request(sendMessage, { conversationId: fixture.conversationId, content: TEXT, clientId });
const edit = ({ id }: MessageDto, content: string): Promise<Answer<MessageDto>> =>
  fixture.rest.request(editMessage, { messageId: id, content });

/** Sends a message that gets the next seq: no earlier message was lost or duplicated. */
async function next(pending: Promise<Answer<MessageDto>>): Promise<MessageDto> {
  const message = await expectData(pending);
  expect(message.seq).toBe(++sent);
  return message;
}

async function problemOf(pending: Promise<Answer<unknown>>): Promise<ProblemDetailsDto> {
  const answer = await pending;
  if (answer.ok) throw new Error('The request was answered.');
  return answer.error;
}

async function health(path = ''): Promise<number> {
  return (await fetch(`${fixture.url}/health${path}`)).status;
}

/** Concurrent reads, an autocommit write and a unit of work, which need several connections. */
async function useAll(message: MessageDto, content: string): Promise<void> {
  const [me, page, , edited] = await Promise.all([
    expectData(fixture.rest.request(getSelf, {})),
    expectData(fixture.device.request(listMessages, { conversationId: fixture.conversationId, limit: 1 })),
    next(send()),
    expectData(edit(message, content)),
  ]);
  expect(me.id).toBe(fixture.alice.id);
  expect(page.items).toHaveLength(1);
  expect(edited.content).toBe(content);
}

describe('An outage of PostgreSQL', () => {
  it('makes all operations unavailable, keeps process and sockets, and ends without a restart', async () => {
    const message = await next(send());
    await fixture.stopDatabase();

    const answer = await request(fixture.url)
      .get('/v1/users/me')
      .auth(fixture.alice.token, { type: 'bearer' });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBe(
      Math.ceil((answer.body as ProblemDetailsDto).retryAfterMs! / 1000),
    );
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject(SERVICE_UNAVAILABLE);
    for (const pending of [send(), send('again'), edit(message, TEXT), fixture.rest.request(getSelf, {})])
      expect(await problemOf(pending)).toMatchObject(SERVICE_UNAVAILABLE);
    await expect(Device.connect(fixture.url, fixture.alice.token)).rejects.toMatchObject({
      data: SERVICE_UNAVAILABLE,
    });
    expect([await health(), await health('/ready')]).toEqual([200, 503]);

    await fixture.startDatabase();
    await waitUntil(async () => (await health('/ready')) === 200);
    expect(fixture.device.socket.connected).toBe(true);
    const again = await next(send('again'));
    expect((await expectData(send('again'))).id).toBe(again.id);
    const received = await fixture.device.waitForEvents(2, 'message.new');
    expect(received.map(({ seq }) => seq).sort()).toEqual([message.seq, again.seq]);
  });
});

describe('Connections closed while idle', () => {
  it.each<[string, () => Promise<void>]>([
    ['ended by an administrator', () => fixture.terminateSessions()],
    ['cut without notice', () => Promise.resolve(fixture.proxy.cut())],
  ])('%s do not affect the next requests', async (_how, kill) => {
    // Periodic queries of the server would keep a connection busy.
    const sessionCheck = jest
      .spyOn(fixture.app.get(UserQueryRepository), 'listRevokedSince')
      .mockResolvedValue([]);
    const { driver } = fixture.app.get(DataSource);
    const { master: pool } = driver as unknown as { master: { _clients: object[] } };
    const message = await next(send());
    for (let round = 0; round < 20; round++) {
      await useAll(message, `Warm ${round}`);
      await sleep(IDLE_MS);
      const idle = [...pool._clients];
      await kill();
      await waitUntil(() => idle.every((client) => !pool._clients.includes(client)));
      await useAll(message, `After ${round}`);
    }
    sessionCheck.mockRestore();
  });
});

describe('A session lost during a statement', () => {
  it('is retried when PostgreSQL ended it before a commit', async () => {
    const message = await next(send());
    for (const request of [() => next(send()), () => expectData(edit(message, 'Made up for'))]) {
      await fixture.lockConversation();
      const pending = request();
      const first = await fixture.findWaitingProcess();
      await fixture.terminateSessions();
      await fixture.findWaitingProcess(first);
      await fixture.unlockConversation();
      await pending;
    }
  });

  it('leaves the outcome of an autocommit write unknown; its clientId makes a retry safe', async () => {
    await fixture.lockConversation();
    const pending = send('open');
    await fixture.findWaitingProcess();
    fixture.proxy.cut();
    expect(await problemOf(pending)).toMatchObject(SERVICE_UNAVAILABLE);
    await fixture.unlockConversation();
    const outcome = await next(send('open'));
    expect((await expectData(send('open'))).id).toBe(outcome.id);
  });

  it('is retried in a unit of work without a commit', async () => {
    const message = await next(send());
    await fixture.lockConversation();
    const pending = edit(message, 'Cut off');
    await fixture.findWaitingProcess();
    fixture.proxy.cut();
    await fixture.unlockConversation();
    expect(await expectData(pending)).toMatchObject({ content: 'Cut off' });
  });
});

describe('The waiting time is limited', () => {
  it('for a connection when all are busy', async () => {
    const release = await holdConnections(fixture.app, POOL_SIZE);
    const message = { id: fixture.conversationId } as MessageDto;
    const startedAt = performance.now();
    for (const problem of await Promise.all(
      [fixture.rest.request(getSelf, {}), send(), edit(message, 'x')].map(problemOf),
    ))
      expect(problem).toMatchObject(SERVICE_UNAVAILABLE);
    expect(performance.now() - startedAt).toBeGreaterThan(WAIT_MS - 100);
    expect(performance.now() - startedAt).toBeLessThan(WAIT_MS + SLACK_MS);
    await release();
    await next(send());
  });

  it('for a silent database; sessions still expire', async () => {
    const message = await next(send());
    await useAll(message, 'Before the silence');
    const device = await Device.connect(
      fixture.url,
      await signToken({ sub: 'host-alice', exp: Date.now() / 1000 + 4 }),
    );
    fixture.proxy.stall();
    const startedAt = performance.now();
    const expired = waitUntil(() => device.socket.disconnected);
    const pending = Array.from({ length: 3 }, () => [fixture.rest.request(getSelf, {}), edit(message, TEXT)]);
    expect(await health()).toBe(200);
    for (const problem of await Promise.all([send(), ...pending.flat()].map(problemOf)))
      expect(problem).toMatchObject(SERVICE_UNAVAILABLE);
    expect(performance.now() - startedAt).toBeLessThan(SILENCE_MS + SLACK_MS);
    await expired;

    fixture.proxy.resume();
    await waitUntil(async () => (await health('/ready')) === 200);
    const { items } = await expectData(
      fixture.device.request(listMessages, { conversationId: fixture.conversationId, limit: 1 }),
    );
    sent = items[0]!.seq; // the outcome of the silenced writes is unknown
    await useAll(message, 'After the silence');
  });
});

describe('The log of the outages', () => {
  it('contains the outages, but no token, secret, password or content', () => {
    const log = output.lines.join('');
    expect(log).toContain('service_unavailable');
    expect(log).toContain('Slow statement');
    const { password } = new URL(fixture.database.url);
    for (const secret of [
      TEXT,
      'After 1',
      fixture.alice.token,
      fixture.bob.token,
      JWT_SECRET,
      password,
      'eyJ',
    ])
      expect(log.includes(secret)).toBe(false);
    expect(log).not.toMatch(/\n\s+at .*node_modules/);
  });
});
