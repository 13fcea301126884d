import { Client } from 'pg';
import type { Config } from '../../src/kernel/config/config.js';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { type Answer, data, Device, type Door, restDoor } from '../setup/doors.js';
import { type Node, startNodes } from '../setup/nodes.js';
import { person } from '../setup/server.js';
import { until } from '../setup/until.js';
import { type Change, changesHeard, nameOf, ownChangesHeard } from './heard.js';
import { expectInvariants } from './invariants.js';

export const CALLERS = 32;
const DEVICES = 2;
/** People who come at once. */
const AT_ONCE = 20;
const BETWEEN = '$1 IN (dm_user_low, dm_user_high) AND $2 IN (dm_user_low, dm_user_high)';

/** Somebody with two devices; with two nodes, one at each. */
export interface Racer {
  id: string;
  token: string;
  devices: Device[];
  /** REST and socket in turns, over all nodes. */
  doors: Door[];
  /** What one device heard twice. */
  doubled: string[];
}

export interface HeardMessage {
  event: string;
  message: MessageDto;
}

/** One of those who call at once. */
export interface Call {
  racer: Racer;
  door: Door;
  index: number;
}

/** Three people, or more, at one or two nodes, for any number of rounds. */
export class RaceScene {
  private constructor(
    readonly nodes: Node[],
    readonly sql: Client,
    readonly racers: Racer[],
    readonly alice: Racer,
    readonly bob: Racer,
    readonly carol: Racer,
    readonly stop: () => Promise<void>,
  ) {}

  static async at(nodeCount: number, settings: Partial<Config> = {}): Promise<RaceScene> {
    const { nodes, database, stop } = await startNodes(nodeCount, settings);
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    const trio = [await join(nodes, 'alice'), await join(nodes, 'bob'), await join(nodes, 'carol')] as const;
    const racers: Racer[] = [...trio];
    return new RaceScene(nodes, sql, racers, ...trio, async () => {
      for (const { devices } of racers) devices.forEach((device) => device.close());
      await sql.end();
      await stop();
    });
  }

  /** So many more people, in the order of their ids. */
  async others(count: number): Promise<Racer[]> {
    const others: Racer[] = [];
    for (let first = this.racers.length + 1; others.length < count; first += AT_ONCE) {
      const size = Math.min(AT_ONCE, count - others.length);
      const names = Array.from({ length: size }, (_item, index) => `other-${first + index}`);
      others.push(...(await Promise.all(names.map((name) => join(this.nodes, name)))));
    }
    this.racers.push(...others);
    return others.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** What some device heard twice since this was last asked. */
  heardTwice(): string[] {
    return this.racers.flatMap(({ doubled }) => doubled.splice(0));
  }

  /** A group or channel as new as the first one: all that was there is gone, and what was heard of it is forgotten. */
  async newGroup(owner: Racer, others: Racer[], about: object = { type: 'group' }): Promise<string> {
    await this.sql.query('DELETE FROM conversations');
    return this.anotherGroup(owner, others, about);
  }

  async anotherGroup(owner: Racer, others: Racer[], about: object = { type: 'group' }): Promise<string> {
    const memberIds = others.map(({ id }) => id);
    const { id } = await data(owner.doors[0]!.ask(createConversation, { memberIds, ...about }));
    for (const racer of [owner, ...others])
      for (const ears of this.earsOf(racer))
        await until(() => ownChangesHeard(ears).some(({ conversationId }) => conversationId === id));
    for (const { devices } of this.racers) for (const { heard } of devices) heard.length = 0;
    return id;
  }

  /** A DM as new as the first one. */
  async newDm(one: Racer, other: Racer): Promise<string> {
    await this.noDm(one, other);
    const { id } = await data(one.doors[0]!.ask(createConversation, { type: 'dm', memberIds: [other.id] }));
    return id;
  }

  /** The DM that was there is gone, and what was heard of it is forgotten. */
  async noDm(one: Racer, other: Racer): Promise<void> {
    await this.sql.query(`DELETE FROM conversations WHERE ${BETWEEN}`, [one.id, other.id]);
    for (const { heard } of [...one.devices, ...other.devices]) heard.length = 0;
  }

  async dmsOf(one: Racer, other: Racer): Promise<string[]> {
    const found = await this.sql.query<{ id: string }>(`SELECT id FROM conversations WHERE ${BETWEEN}`, [
      one.id,
      other.id,
    ]);
    return found.rows.map(({ id }) => id);
  }

  /** The role of everybody who is in it, by id. */
  async rolesIn(conversationId: string): Promise<Record<string, string>> {
    const found = await this.sql.query<{ user_id: string; role: string }>(
      'SELECT user_id, role FROM conversation_members WHERE conversation_id = $1',
      [conversationId],
    );
    return Object.fromEntries(found.rows.map(({ user_id, role }) => [user_id, role]));
  }

  /** Where the counter `me` of this person stands. */
  async counterOf({ id }: Racer): Promise<number> {
    const found = await this.sql.query<{ counter: number }>(
      'SELECT me_version::int AS counter FROM users WHERE id = $1',
      [id],
    );
    return found.rows[0]!.counter;
  }

  /** Events do not travel between nodes yet: with two nodes, at least one device of each person hears them, else each. */
  earsOf({ devices }: Racer): Device[][] {
    return this.nodes.length > 1 ? [devices] : devices.map((device) => [device]);
  }

  /** Everybody heard each of these versions of a conversation once, and the same of it. */
  async expectVersions(
    conversationId: string,
    first: number,
    last: number,
    ...racers: Racer[]
  ): Promise<Change[]> {
    const versions = range(first, last);
    const accounts: Change[][] = [];
    for (const ears of racers.flatMap((racer) => this.earsOf(racer))) {
      await until(() => changesHeard(ears, conversationId).length >= versions.length);
      accounts.push(changesHeard(ears, conversationId));
    }
    for (const account of accounts) {
      expect(account.map(({ version }) => version)).toEqual(versions);
      expect(account).toEqual(accounts[0]);
    }
    return accounts[0]!;
  }

  /** They heard of each change that was theirs alone since then, once: as many as their counter counted. */
  async expectOwnChanges(racer: Racer, since: number): Promise<Change[]> {
    const versions = range(since + 1, await this.counterOf(racer));
    for (const ears of this.earsOf(racer)) {
      await until(() => ownChangesHeard(ears, since).length >= versions.length);
      expect(ownChangesHeard(ears, since).map(({ version }) => version)).toEqual(versions);
    }
    return ownChangesHeard(racer.devices, since);
  }

  /** How often PostgreSQL had to end a transaction since the scene began, because two waited for each other. */
  private async deadlocks(): Promise<number> {
    const { rows } = await this.sql.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]!.deadlocks);
  }

  /** Nothing in the database is as it must not be, no two waited for each other, and nobody heard anything twice. */
  async expectWhole(): Promise<void> {
    expect(await this.deadlocks()).toBe(0);
    await expectInvariants(this.sql);
    expect(this.heardTwice()).toEqual([]);
  }

  /**
   * Each device of these people hears of exactly these things; with two nodes, one of each person. That nobody hears
   * anything twice is for `heardTwice`.
   */
  async expectHeard(name: string, conversationId: string, ids: string[], ...racers: Racer[]): Promise<void> {
    const heard = (devices: Device[]): string[] =>
      [...new Set(devices.flatMap((device) => idsOf(device, name, conversationId)))].sort();
    for (const ears of racers.flatMap((racer) => this.earsOf(racer))) {
      await until(() => heard(ears).length >= ids.length);
      expect(heard(ears)).toEqual([...ids].sort());
    }
  }
}

/** What a device heard of the messages of a conversation, in the order in which it came. */
export function heardBy({ heard }: Device, conversationId: string): HeardMessage[] {
  return heard
    .filter(({ name, payload }) => name.startsWith('message.') && payload.conversationId === conversationId)
    .map(({ name, payload: { by: _by, ...message } }) => ({
      event: name,
      message: message as unknown as MessageDto,
    }));
}

/** 32 calls by these people in turns, each through the next of their doors. */
export function calls(...racers: Racer[]): Call[] {
  return Array.from({ length: CALLERS }, (_, index) => {
    const racer = racers[index % racers.length]!;
    const turn = Math.floor(index / racers.length);
    return { racer, door: racer.doors[turn % racer.doors.length]!, index };
  });
}

/** The codes with which some of them were refused, each once. */
export function refusals(answers: Answer<object>[]): string[] {
  return [...new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code])))].sort();
}

/** What those who were not refused were answered. */
export function granted<Output>(answers: Answer<Output>[]): Output[] {
  return answers.flatMap((answer) => (answer.ok ? [answer.data] : []));
}

export async function atOnce<Result>(
  callers: Call[],
  work: (call: Call) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(callers.map(work));
}

/** Runs a race so often, and says in which round it failed. */
export async function rounds(count: number, round: (number: number) => Promise<void>): Promise<void> {
  for (let number = 1; number <= count; number++) {
    try {
      await round(number);
    } catch (error) {
      throw new Error(`In round ${number}: ${(error as Error).message}`, { cause: error });
    }
  }
}

async function join(nodes: Node[], name: string): Promise<Racer> {
  const { id, token } = await person(nodes[0]!, name);
  const racer: Racer = { id, token, devices: [], doors: [], doubled: [] };
  for (let index = 0; index < DEVICES; index++) {
    const { url } = nodes[index % nodes.length]!;
    const device = await Device.connect(url, token);
    const heard = new Set<string>();
    device.socket.onAny((event: string, payload: Record<string, unknown>) => {
      const change = nameOf(event, payload);
      if (!change) return;
      if (heard.has(change)) racer.doubled.push(change);
      heard.add(change);
    });
    racer.devices.push(device);
    racer.doors.push(restDoor(url, token), device);
  }
  return racer;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function idsOf({ heard }: Device, name: string, conversationId: string): string[] {
  return heard
    .filter(
      ({ name: heardName, payload }) =>
        heardName === name && (payload.conversationId ?? payload.id) === conversationId,
    )
    .map(({ payload }) => payload.id as string);
}
