import { Client } from 'pg';
import type { Config } from '../../../src/kernel/config/config.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { type Answer, expectData, Device, type Transport, restTransport } from '../clients/transports.js';
import { type ServerNode, startNodes } from '../servers/server-nodes.js';
import type { TestDatabase } from '../environment/test-database.js';
import { createUser } from '../servers/test-server.js';
import { waitUntil } from '../environment/wait-until.js';
import { type Change, sharedChanges, toEventKey, accountChanges } from '../events/event-recorder.js';
import { expectInvariants } from './invariants.js';

export const CALLERS = 32;
const DEVICES = 2;
/** Number of users created concurrently. */
const CREATE_CONCURRENCY = 20;
const BETWEEN = '$1 IN (dm_user_low, dm_user_high) AND $2 IN (dm_user_low, dm_user_high)';

/** User with two devices; with two nodes, one on each. */
export interface Racer {
  id: string;
  token: string;
  devices: Device[];
  /** REST and socket in turns, over all nodes. */
  transports: Transport[];
  /** Events that one device received twice. */
  duplicates: string[];
}

export interface ReceivedMessage {
  event: string;
  message: MessageDto;
}

/** One of the concurrent calls. */
export interface RaceCall {
  racer: Racer;
  transport: Transport;
  index: number;
}

/** At least three users on one or two nodes, for any number of rounds. */
export class RaceFixture {
  private constructor(
    readonly nodes: ServerNode[],
    readonly database: TestDatabase,
    readonly sql: Client,
    readonly racers: Racer[],
    readonly alice: Racer,
    readonly bob: Racer,
    readonly carol: Racer,
    readonly stop: () => Promise<void>,
  ) {}

  static async create(nodeCount: number, settings: Partial<Config> = {}): Promise<RaceFixture> {
    const { nodes, database, stop } = await startNodes(nodeCount, settings);
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    const trio = [await join(nodes, 'alice'), await join(nodes, 'bob'), await join(nodes, 'carol')] as const;
    const racers: Racer[] = [...trio];
    return new RaceFixture(nodes, database, sql, racers, ...trio, async () => {
      for (const { devices } of racers) devices.forEach((device) => device.close());
      await sql.end();
      await stop();
    });
  }

  /** Creates further users and returns them in the order of their ids. */
  async createRacers(count: number): Promise<Racer[]> {
    const others: Racer[] = [];
    for (let first = this.racers.length + 1; others.length < count; first += CREATE_CONCURRENCY) {
      const size = Math.min(CREATE_CONCURRENCY, count - others.length);
      const names = Array.from({ length: size }, (_item, index) => `other-${first + index}`);
      others.push(...(await Promise.all(names.map((name) => join(this.nodes, name)))));
    }
    this.racers.push(...others);
    return others.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Returns and clears the events that any device received twice. */
  takeDuplicates(): string[] {
    return this.racers.flatMap(({ duplicates }) => duplicates.splice(0));
  }

  /** Deletes all conversations, creates a group or channel, and clears the recorded events. */
  async replaceGroup(owner: Racer, others: Racer[], fields: object = { type: 'group' }): Promise<string> {
    await this.sql.query('DELETE FROM conversations');
    return this.createGroup(owner, others, fields);
  }

  async createGroup(owner: Racer, others: Racer[], fields: object = { type: 'group' }): Promise<string> {
    const memberIds = others.map(({ id }) => id);
    const { id } = await expectData(
      owner.transports[0]!.request(createConversation, { memberIds, ...fields }),
    );
    for (const racer of [owner, ...others])
      for (const devices of this.groupDevices(racer))
        await waitUntil(() => accountChanges(devices).some(({ conversationId }) => conversationId === id));
    for (const { devices } of this.racers) for (const { events: received } of devices) received.length = 0;
    return id;
  }

  /** Deletes the DM and creates it again. */
  async replaceDm(one: Racer, other: Racer): Promise<string> {
    await this.deleteDm(one, other);
    const { id } = await expectData(
      one.transports[0]!.request(createConversation, { type: 'dm', memberIds: [other.id] }),
    );
    return id;
  }

  /** Deletes the DM and clears the recorded events. */
  async deleteDm(one: Racer, other: Racer): Promise<void> {
    await this.sql.query(`DELETE FROM conversations WHERE ${BETWEEN}`, [one.id, other.id]);
    for (const { events: received } of [...one.devices, ...other.devices]) received.length = 0;
  }

  async findDms(one: Racer, other: Racer): Promise<string[]> {
    const found = await this.sql.query<{ id: string }>(`SELECT id FROM conversations WHERE ${BETWEEN}`, [
      one.id,
      other.id,
    ]);
    return found.rows.map(({ id }) => id);
  }

  /** Roles of all members by user id. */
  async findRoles(conversationId: string): Promise<Record<string, string>> {
    const found = await this.sql.query<{ user_id: string; role: string }>(
      'SELECT user_id, role FROM conversation_members WHERE conversation_id = $1',
      [conversationId],
    );
    return Object.fromEntries(found.rows.map(({ user_id, role }) => [user_id, role]));
  }

  /** Account version of this user. */
  async getAccountVersion({ id }: Racer): Promise<number> {
    const found = await this.sql.query<{ counter: number }>(
      'SELECT account_version::int AS counter FROM users WHERE id = $1',
      [id],
    );
    return found.rows[0]!.counter;
  }

  /**
   * Events do not travel between nodes: with two nodes, at least one device of each user receives them,
   * otherwise each device.
   */
  groupDevices({ devices }: Racer): Device[][] {
    return this.nodes.length > 1 ? [devices] : devices.map((device) => [device]);
  }

  /** Requires that all users received each of these versions of a conversation once, with equal contents. */
  async expectVersions(
    conversationId: string,
    first: number,
    last: number,
    ...racers: Racer[]
  ): Promise<Change[]> {
    const versions = range(first, last);
    const accounts: Change[][] = [];
    for (const devices of racers.flatMap((racer) => this.groupDevices(racer))) {
      await waitUntil(() => sharedChanges(devices, conversationId).length >= versions.length);
      accounts.push(sharedChanges(devices, conversationId));
    }
    for (const account of accounts) {
      expect(account.map(({ version }) => version)).toEqual(versions);
      expect(account).toEqual(accounts[0]);
    }
    return accounts[0]!;
  }

  /** Requires that the user received each private change since the given account version once. */
  async expectAccountChanges(racer: Racer, since: number): Promise<Change[]> {
    const versions = range(since + 1, await this.getAccountVersion(racer));
    for (const devices of this.groupDevices(racer)) {
      await waitUntil(() => accountChanges(devices, since).length >= versions.length);
      expect(accountChanges(devices, since).map(({ version }) => version)).toEqual(versions);
    }
    return accountChanges(racer.devices, since);
  }

  /** Number of deadlocks since the creation of the database. */
  private async deadlocks(): Promise<number> {
    const { rows } = await this.sql.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]!.deadlocks);
  }

  /** Requires a consistent database without deadlocks, and no event received twice. */
  async expectConsistent(): Promise<void> {
    expect(await this.deadlocks()).toBe(0);
    await expectInvariants(this.sql);
    expect(this.takeDuplicates()).toEqual([]);
  }

  /**
   * Requires that each device of these users received exactly these ids; with two nodes, one device of each
   * user. Duplicates are left to `takeDuplicates`.
   */
  async expectReceived(
    name: string,
    conversationId: string,
    ids: string[],
    ...racers: Racer[]
  ): Promise<void> {
    const received = (devices: Device[]): string[] =>
      [...new Set(devices.flatMap((device) => idsOf(device, name, conversationId)))].sort();
    for (const devices of racers.flatMap((racer) => this.groupDevices(racer))) {
      await waitUntil(() => received(devices).length >= ids.length);
      expect(received(devices)).toEqual([...ids].sort());
    }
  }
}

/** Message events of a conversation that a device received, in order. */
export function receivedMessages({ events: received }: Device, conversationId: string): ReceivedMessage[] {
  return received
    .filter(({ name, payload }) => name.startsWith('message.') && payload.conversationId === conversationId)
    .map(({ name, payload: { actorId: _by, ...message } }) => ({
      event: name,
      message: message as unknown as MessageDto,
    }));
}

/** 32 calls by these users in turns, each over the next transport of its user. */
export function raceCalls(...racers: Racer[]): RaceCall[] {
  return Array.from({ length: CALLERS }, (_, index) => {
    const racer = racers[index % racers.length]!;
    const turn = Math.floor(index / racers.length);
    return { racer, transport: racer.transports[turn % racer.transports.length]!, index };
  });
}

/** Distinct error codes of the answers, sorted. */
export function errorCodes(answers: Answer<object>[]): string[] {
  return [...new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code])))].sort();
}

/** Data of the successful answers. */
export function successes<Output>(answers: Answer<Output>[]): Output[] {
  return answers.flatMap((answer) => (answer.ok ? [answer.data] : []));
}

export async function runConcurrently<Result>(
  callers: RaceCall[],
  work: (call: RaceCall) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(callers.map(work));
}

/** Runs a race repeatedly and names the failed round. */
export async function runRounds(count: number, round: (number: number) => Promise<void>): Promise<void> {
  for (let number = 1; number <= count; number++) {
    try {
      await round(number);
    } catch (error) {
      throw new Error(`In round ${number}: ${(error as Error).message}`, { cause: error });
    }
  }
}

async function join(nodes: ServerNode[], name: string): Promise<Racer> {
  const { id, token } = await createUser(nodes[0]!, name);
  const racer: Racer = { id, token, devices: [], transports: [], duplicates: [] };
  for (let index = 0; index < DEVICES; index++) {
    const { url } = nodes[index % nodes.length]!;
    const device = await Device.connect(url, token);
    const received = new Set<string>();
    device.socket.onAny((event: string, payload: Record<string, unknown>) => {
      const change = toEventKey(event, payload);
      if (!change) return;
      if (received.has(change)) racer.duplicates.push(change);
      received.add(change);
    });
    racer.devices.push(device);
    racer.transports.push(restTransport(url, token), device);
  }
  return racer;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function idsOf({ events: received }: Device, name: string, conversationId: string): string[] {
  return received
    .filter(
      ({ name: eventName, payload }) =>
        eventName === name && (payload.conversationId ?? payload.id) === conversationId,
    )
    .map(({ payload }) => payload.id as string);
}
