import type { Config } from '../../../src/kernel/config/config.js';
import type { CallDto } from '../../../src/modules/calls/dto/call.dto.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { expectData, type Device } from '../clients/transports.js';
import { waitUntil } from '../environment/wait-until.js';
import { type CallDevice, read, toCallPayload, participantStates } from '../features/call-commands.js';
import { RaceFixture, type Racer, runRounds } from './race-fixture.js';

/** Maximum number of concurrent groups of callers. */
const MAX_GROUPS = 100;

/** Three users that only call each other, so that busy callees result from their own race. */
export interface CallRaceGroup {
  index: number;
  alice: Racer;
  bob: Racer;
  carol: Racer;
  /** DM of alice and bob, and DM of carol and bob. */
  dm: string;
  otherDm: string;
}

/** Calls in many conversations at once, on one or two nodes. */
export class CallRaceFixture {
  /** Version of each conversation at the start of the race. */
  private since = new Map<string, number>();
  private pending: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly races: RaceFixture,
    private readonly groups: CallRaceGroup[],
    private readonly rounds: number,
  ) {}

  /** Creates users for the given number of runs of each race. */
  static async create(
    nodeCount: number,
    count: number,
    settings: Partial<Config> = {},
  ): Promise<CallRaceFixture> {
    const races = await RaceFixture.create(nodeCount, settings);
    const size = Math.min(count, MAX_GROUPS);
    const racers = await races.createRacers(3 * size);
    const groups = await Promise.all(
      Array.from({ length: size }, async (_item, index): Promise<CallRaceGroup> => {
        const [alice, bob, carol] = racers.slice(3 * index) as [Racer, Racer, Racer];
        const dmOf = async ({ transports }: Racer): Promise<string> =>
          (await expectData(transports[0]!.request(createConversation, { type: 'dm', memberIds: [bob.id] })))
            .id;
        return { index, alice, bob, carol, dm: await dmOf(alice), otherDm: await dmOf(carol) };
      }),
    );
    return new CallRaceFixture(races, groups, Math.ceil(count / size));
  }

  /** Creates a group of all three, owned by alice. */
  async createGroup({ alice, bob, carol }: CallRaceGroup): Promise<string> {
    const fields = { type: 'group', memberIds: [bob.id, carol.id] };
    return (await expectData(alice.transports[0]!.request(createConversation, fields))).id;
  }

  stop(): Promise<void> {
    return this.races.stop();
  }

  /**
   * Runs a race in all groups at once, with the configured number of repetitions. `prepare` completes in all
   * groups before the first race starts. Afterwards no user is in a call.
   */
  async runRace<Prepared>(
    prepare: (group: CallRaceGroup) => Promise<Prepared>,
    run: (group: CallRaceGroup, prepared: Prepared) => Promise<void>,
    begin: (prepared: Prepared[]) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    await runRounds(this.rounds, async () => {
      await this.resetEvents();
      const prepared = await this.forEachGroup(prepare);
      await begin(prepared);
      await this.forEachGroup((group) => run(group, prepared[group.index]!));
      expect(await this.queryRows("SELECT * FROM call_participants WHERE state = 'joined'")).toEqual([]);
      await this.races.expectConsistent();
    });
  }

  /** Queries all groups through one connection, one after the other. */
  async queryRows<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const answer = this.pending.then(() => this.races.sql.query<Row>(sql, parameters));
    this.pending = answer.catch(() => undefined);
    return (await answer).rows;
  }

  /**
   * Requires that each transition of an ended call is one version of the conversation, received once by all
   * devices of these users. The last one ended it and is the last call event received. A busy user receives
   * the message only.
   */
  async expectCallHistory({ id, conversationId }: CallDto, ...racers: Racer[]): Promise<CallDto> {
    const last = await expectData(read({ rest: racers[0]!.transports[0]! }, { id }));
    expect(last.state).toBe('ended');
    const steps = await this.stepsIn(conversationId, ...racers);
    const ofIt = steps.filter((call) => call.id === id);
    expect(ofIt.map(({ revision }) => revision)).toEqual(
      Array.from({ length: last.revision }, (_item, index) => index + 1),
    );
    expect(ofIt.filter(({ state }) => state === 'ended')).toEqual([toCallPayload(last)]);
    const receivers = racers.filter((racer) => participantStates(last)[racer.id] !== 'busy');
    for (const devices of receivers.flatMap((racer) => this.races.groupDevices(racer))) {
      await waitUntil(() => newestReceived(devices, id)?.revision === last.revision);
      expect(newestReceived(devices, id)).toEqual(last);
    }
    return last;
  }

  /** Call payloads of the messages since the start of the race. */
  private async stepsIn(conversationId: string, ...racers: Racer[]): Promise<CallDto[]> {
    const first = (this.since.get(conversationId) ?? 1) + 1;
    const [row] = await this.versions(conversationId);
    const changes = await this.races.expectVersions(conversationId, first, row!.version, ...racers);
    return changes.flatMap(({ payload }) => (payload.call ? [payload.call as CallDto] : []));
  }

  private async resetEvents(): Promise<void> {
    for (const { devices } of this.races.racers)
      for (const { events: received } of devices) received.length = 0;
    this.since = new Map((await this.versions()).map(({ id, version }) => [id, version]));
  }

  private versions(id: string | null = null): Promise<{ id: string; version: number }[]> {
    return this.queryRows('SELECT id, version::int FROM conversations WHERE $1::uuid IS NULL OR id = $1', [
      id,
    ]);
  }

  private forEachGroup<Result>(work: (group: CallRaceGroup) => Promise<Result>): Promise<Result[]> {
    return Promise.all(
      this.groups.map((group) =>
        work(group).catch((error: Error) => {
          throw new Error(`In user group ${group.index}: ${error.message}`, { cause: error });
        }),
      ),
    );
  }
}

/** One of the two devices of a user, alternating between REST and socket. */
export function callDeviceOf({ id, devices, transports }: Racer, which: number, turn: number): CallDevice {
  return { id, device: devices[which]!, transport: transports[2 * which + (turn % 2)]! };
}

function newestReceived(devices: Device[], callId: string): CallDto | undefined {
  const received = devices
    .flatMap((device) => device.events)
    .filter(({ name, payload }) => name === 'call.updated' && payload.id === callId)
    .map(({ payload }) => payload as unknown as CallDto);
  return received.sort((one, other) => one.revision - other.revision).at(-1);
}
