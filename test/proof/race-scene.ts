import { Client } from 'pg';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { data, Device, type Door, restDoor } from '../setup/doors.js';
import { type Node, startNodes } from '../setup/nodes.js';
import { person } from '../setup/server.js';
import { until } from '../setup/until.js';

export const CALLERS = 32;
const DEVICES = 2;
const BETWEEN = '$1 IN (dm_user_low, dm_user_high) AND $2 IN (dm_user_low, dm_user_high)';

/** Somebody with two devices; with two nodes, one at each. */
export interface Racer {
  id: string;
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

/** Three people at one or two nodes, for any number of rounds. */
export class RaceScene {
  private constructor(
    readonly nodeCount: number,
    readonly sql: Client,
    readonly alice: Racer,
    readonly bob: Racer,
    readonly carol: Racer,
    readonly stop: () => Promise<void>,
  ) {}

  static async at(nodeCount: number): Promise<RaceScene> {
    const { nodes, database, stop } = await startNodes(nodeCount);
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    const racers = [
      await join(nodes, 'alice'),
      await join(nodes, 'bob'),
      await join(nodes, 'carol'),
    ] as const;
    return new RaceScene(nodeCount, sql, ...racers, async () => {
      for (const { devices } of racers) devices.forEach((device) => device.close());
      await sql.end();
      await stop();
    });
  }

  /** What some device heard twice since this was last asked. */
  heardTwice(): string[] {
    return [this.alice, this.bob, this.carol].flatMap(({ doubled }) => doubled.splice(0));
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

  /**
   * Each device of these people hears of exactly these things. Events do not travel between nodes yet: with two nodes, at
   * least one device of each person does. That nobody hears anything twice is for `heardTwice`.
   */
  async expectHeard(name: string, conversationId: string, ids: string[], ...racers: Racer[]): Promise<void> {
    const heard = (devices: Device[]): string[] =>
      [...new Set(devices.flatMap((device) => idsOf(device, name, conversationId)))].sort();
    for (const { devices } of racers)
      for (const listeners of this.nodeCount > 1 ? [devices] : devices.map((device) => [device])) {
        await until(() => heard(listeners).length >= ids.length);
        expect(heard(listeners)).toEqual([...ids].sort());
      }
  }
}

/** What a device heard of the messages of a conversation, in the order in which it came. */
export function heardBy({ heard }: Device, conversationId: string): HeardMessage[] {
  return heard
    .filter(({ name, payload }) => name.startsWith('message.') && payload.conversationId === conversationId)
    .map(({ name, payload }) => ({ event: name, message: payload as unknown as MessageDto }));
}

/** 32 calls by these people in turns, each through the next of their doors. */
export function calls(...racers: Racer[]): Call[] {
  return Array.from({ length: CALLERS }, (_, index) => {
    const racer = racers[index % racers.length]!;
    const turn = Math.floor(index / racers.length);
    return { racer, door: racer.doors[turn % racer.doors.length]!, index };
  });
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
  const racer: Racer = { id, devices: [], doors: [], doubled: [] };
  for (let index = 0; index < DEVICES; index++) {
    const { url } = nodes[index % nodes.length]!;
    const device = await Device.connect(url, token);
    const heard = new Set<string>();
    device.socket.onAny((event: string, { id, version }: Record<string, string | number>) => {
      const change = `${event} ${id}, version ${version}`;
      if (heard.has(change)) racer.doubled.push(change);
      heard.add(change);
    });
    racer.devices.push(device);
    racer.doors.push(restDoor(url, token), device);
  }
  return racer;
}

function idsOf({ heard }: Device, name: string, conversationId: string): string[] {
  return heard
    .filter(
      ({ name: heardName, payload }) =>
        heardName === name && (payload.conversationId ?? payload.id) === conversationId,
    )
    .map(({ payload }) => payload.id as string);
}
