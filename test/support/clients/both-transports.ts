import type { Config } from '../../../src/kernel/config/config.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { receiptUpdated } from '../../../src/modules/conversations/memberships/memberships.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { expectData, Device, restTransport, type Transport } from './transports.js';
import { query } from '../servers/embedded-postgres-fixture.js';
import { sharedServer } from '../servers/shared-server.js';
import { createUser, type TestServer } from '../servers/test-server.js';
import { waitUntil } from '../environment/wait-until.js';
import { findVersionFaults, withoutEarlierEvents } from '../events/version-faults.js';

/** A subject of the host product names one user of one scenario: a server may cache users by it. */
let userCount = 0;

type Payload = Record<string, unknown>;

export interface TestActor {
  id: string;
  /** Transport of the current run. */
  transport: Transport;
  /** REST, for operations that only REST supports. */
  rest: Transport;
  device: Device;
  /** Connects a further device of the user. */
  connectDevice: () => Promise<Device>;
}

/** Three users with one device each; the scenario runs with `transport` REST and again with the socket. */
export interface ScenarioContext {
  server: TestServer;
  alice: TestActor;
  bob: TestActor;
  carol: TestActor;
  /** Creates and provisions a host admin. */
  host: () => Promise<TestActor>;
  /** DM of alice with the given user, created over the current transport. */
  dm: (peer?: 'bob' | 'carol') => Promise<string>;
  /** A group of alice with bob. */
  group: (more?: object) => Promise<string>;
  sendText: (actor: TestActor, conversationId: string, content?: string) => Promise<MessageDto>;
  /**
   * Waits until the given users, by default alice and bob, have received the given number of events of a
   * name. All of them receive equal events, and both transports emit the same ones.
   */
  observe: (name: string, count: number, ...observers: TestActor[]) => Promise<Payload[]>;
  sql: <Row extends object>(text: string) => Promise<Row[]>;
}

/**
 * Runs one scenario over REST and over the socket. All expectations hold on both, both emit the same events,
 * and a member receives each version of a conversation once (D4).
 */
export function bothTransports(
  name: string,
  scenario: (context: ScenarioContext) => Promise<void>,
  settings: Partial<Config> = {},
): void {
  describe(name, () => {
    const emitted: Record<string, unknown> = {};

    it.each(['rest', 'socket'] as const)('over %s', async (transport) => {
      emitted[transport] = await runScenario(transport, scenario, settings);
    });

    it('with the same events', () => expect(emitted.rest).toEqual(emitted.socket));
  });
}

/** Runs one scenario whose operations exist over REST only, once. */
export function overRest(name: string, scenario: (context: ScenarioContext) => Promise<void>): void {
  it(name, async () => {
    await runScenario('rest', scenario, {});
  });
}

/** Returns the shapes of the events of each device. */
async function runScenario(
  transport: Transport['name'],
  scenario: (context: ScenarioContext) => Promise<void>,
  settings: Partial<Config>,
): Promise<unknown> {
  const server = await sharedServer(settings);
  const actors: TestActor[] = [];
  const devices: Device[] = [];
  try {
    await scenario(await createScenario(server, transport, actors, devices));
    await expectEachVersionOnce(
      server,
      actors.map(({ device }) => device),
    );
    return actors.map(({ device }) => shapesOf(device));
  } finally {
    devices.forEach((device) => device.close());
    jest.restoreAllMocks();
  }
}

async function createScenario(
  server: TestServer,
  transport: Transport['name'],
  actors: TestActor[],
  devices: Device[],
): Promise<ScenarioContext> {
  const actor = async (name: string, role?: string): Promise<TestActor> => {
    const { id, token } = await createUser(server, name, { role, sub: `host-${name}-${++userCount}` });
    const connectDevice = async (): Promise<Device> => {
      const device = await Device.connect(server.url, token);
      devices.push(device);
      return device;
    };
    const [rest, device] = [restTransport(server.url, token), await connectDevice()];
    const made = { id, rest, device, connectDevice, transport: transport === 'rest' ? rest : device };
    actors.push(made);
    return made;
  };
  const [alice, bob, carol] = [await actor('alice'), await actor('bob'), await actor('carol')];
  const create = async (input: object): Promise<string> =>
    (await expectData(alice.transport.request(createConversation, input))).id;
  return {
    server,
    alice,
    bob,
    carol,
    host: () => actor('host', 'admin'),
    dm: (peer = 'bob') => create({ type: 'dm', memberIds: [{ bob, carol }[peer].id] }),
    group: (more) => create({ type: 'group', title: 'Team', memberIds: [bob.id], ...more }),
    sendText: (actor, conversationId, content = 'Hello') =>
      expectData(actor.transport.request(sendMessage, { conversationId, content })),
    observe: async (name, count, ...observers) => {
      const receivers = observers.length > 0 ? observers : [alice, bob];
      const [received, ...others] = await Promise.all(
        receivers.map(({ device }) => device.waitForEvents(count, name)),
      );
      expect(received).toHaveLength(count);
      for (const other of others) expect(other.map(shared)).toEqual(received!.map(shared));
      return received!;
    },
    sql: (text) => query(server.database.ownerUrl, text),
  };
}

/** Fields that are equal for every reader. */
function shared(payload: Payload): unknown {
  const { membership: _mine, accountVersion: _counter, ...rest } = payload;
  return rest;
}

async function expectEachVersionOnce({ database }: TestServer, devices: Device[]): Promise<void> {
  const rows = await query<{ id: string; version: number }>(
    database.ownerUrl,
    'SELECT id, version::int FROM conversations',
  );
  const versions = new Map(rows.map(({ id, version }) => [id, version]));
  const faults = (): string[] =>
    devices.flatMap(({ events: received }) => findVersionFaults(received, versions));
  await waitUntil(() => faults().length === 0).catch(() => undefined);
  const connected = devices.filter(({ socket }) => socket.connected);
  await Promise.all(connected.map((device) => device.settleEvents()));
  expect(faults()).toEqual([]);
}

/**
 * Received events without values that differ between runs. Their order, the end of a session and the number
 * of receipt events depend on timing.
 */
function shapesOf({ events: received }: Device): string[] {
  return withoutEarlierEvents(received)
    .filter(({ name }) => name !== 'session.ended' && name !== receiptUpdated.name)
    .map(({ name, payload: { seq, version, ...rest } }) => {
      const fields = Object.keys(rest).sort().join();
      return `${name} seq ${String(seq)} version ${String(version)}: ${fields}`;
    })
    .sort();
}
