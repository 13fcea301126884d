import type { Config } from '../../../src/kernel/config/config.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { receiptUpdated } from '../../../src/modules/conversations/memberships.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { expectData, Device, restTransport, type Transport } from './transports.js';
import { query } from '../servers/embedded-postgres-fixture.js';
import { sharedServer } from '../servers/shared-server.js';
import { createUser, type TestServer } from '../servers/test-server.js';
import { settle, waitUntil } from '../environment/wait-until.js';
import { findVersionFaults, withoutEarlierEvents } from '../events/version-faults.js';

/** A subject of the host product names one user of one scenario: a server may cache users by it. */
let userCount = 0;

type Payload = Record<string, unknown>;

export interface TestActor {
  id: string;
  /** The door of this run. */
  transport: Transport;
  /** REST, for what only REST can do. */
  rest: Transport;
  device: Device;
  /** One more device of theirs. */
  connectDevice: () => Promise<Device>;
}

/** Three people with a device each; `door` is REST in one run and the socket in the other. */
export interface ScenarioContext {
  server: TestServer;
  alice: TestActor;
  bob: TestActor;
  carol: TestActor;
  /** An admin of the host product, known from now on. */
  host: () => Promise<TestActor>;
  /** The DM of alice with somebody, made through the door of this run. */
  dm: (peer?: 'bob' | 'carol') => Promise<string>;
  /** A group of alice with bob. */
  group: (more?: object) => Promise<string>;
  say: (who: TestActor, conversationId: string, content?: string) => Promise<MessageDto>;
  /** Waits until these, or alice and bob, have heard so many events of a name, the same ones; both doors must emit the same. */
  observe: (name: string, count: number, ...who: TestActor[]) => Promise<Payload[]>;
  sql: <Row extends object>(text: string) => Promise<Row[]>;
}

/**
 * Runs one scenario over REST and over the socket; all that it expects must hold on both, both must emit the same, and
 * who is in a conversation hears each of its versions once (D4).
 */
export function bothTransports(
  name: string,
  scenario: (scene: ScenarioContext) => Promise<void>,
  settings: Partial<Config> = {},
): void {
  describe(name, () => {
    const emitted: Record<string, unknown> = {};

    it.each(['rest', 'socket'] as const)('over %s', async (transport) => {
      const server = await sharedServer(settings);
      const actors: TestActor[] = [];
      const devices: Device[] = [];
      try {
        await scenario(await createScenario(server, transport, actors, devices));
        await expectEachVersionOnce(
          server,
          actors.map(({ device }) => device),
        );
        emitted[transport] = actors.map(({ device }) => shapesOf(device));
      } finally {
        devices.forEach((device) => device.close());
        jest.restoreAllMocks();
      }
    });

    it('with the same events', () => expect(emitted.rest).toEqual(emitted.socket));
  });
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
    say: (who, conversationId, content = 'Hello') =>
      expectData(who.transport.request(sendMessage, { conversationId, content })),
    observe: async (name, count, ...who) => {
      const receivers = who.length > 0 ? who : [alice, bob];
      const [heard, ...others] = await Promise.all(
        receivers.map(({ device }) => device.waitForEvents(count, name)),
      );
      expect(heard).toHaveLength(count);
      for (const other of others) expect(other.map(shared)).toEqual(heard!.map(shared));
      return heard!;
    },
    sql: (text) => query(server.database.ownerUrl, text),
  };
}

/** What is the same for every reader. */
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
  const faults = (): string[] => devices.flatMap(({ events: heard }) => findVersionFaults(heard, versions));
  await waitUntil(() => faults().length === 0, { within: 1_000 }).catch(() => undefined);
  await settle();
  expect(faults()).toEqual([]);
}

/**
 * What a device heard, without the values that differ from run to run; events may overtake one another, when a socket is
 * ended depends on when the server looks, and how often receipts are told on the time that all this takes.
 */
function shapesOf({ events: heard }: Device): string[] {
  return withoutEarlierEvents(heard)
    .filter(({ name }) => name !== 'session.ended' && name !== receiptUpdated.name)
    .map(({ name, payload: { seq, version, ...rest } }) => {
      const fields = Object.keys(rest).sort().join();
      return `${name} seq ${String(seq)} version ${String(version)}: ${fields}`;
    })
    .sort();
}
