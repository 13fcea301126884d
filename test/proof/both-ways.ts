import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import { data, Device, restDoor, type Door } from '../setup/doors.js';
import { person, startTestServer, type TestServer } from '../setup/server.js';

interface Actor {
  id: string;
  /** The door of this run. */
  door: Door;
  /** REST, for what only REST can do. */
  rest: Door;
  device: Device;
}

/** Three people with a device each; `door` is REST in one run and the socket in the other. */
export interface Scene {
  alice: Actor;
  bob: Actor;
  carol: Actor;
  /** The DM of alice with somebody, made through the door of this run. */
  dm: (peer?: 'bob' | 'carol') => Promise<string>;
  /** Waits until alice and bob have both heard so many events of a name, the same ones; both doors must emit the same. */
  observe: (name: string, count: number) => Promise<void>;
}

/** Runs one scenario over REST and over the socket; all that it expects must hold on both, and both must emit the same. */
export function bothWays(name: string, scenario: (scene: Scene) => Promise<void>): void {
  describe(name, () => {
    const emitted: Record<string, unknown> = {};

    it.each(['rest', 'socket'] as const)('over %s', async (door) => {
      const server = await startTestServer();
      try {
        const scene = await setScene(server, door);
        await scenario(scene);
        emitted[door] = shapesOf(scene);
        closeAll(scene);
      } finally {
        await server.stop();
      }
    });

    it('with the same events', () => expect(emitted.rest).toEqual(emitted.socket));
  });
}

async function setScene(server: TestServer, door: Door['name']): Promise<Scene> {
  const actor = async (name: string): Promise<Actor> => {
    const { id, token } = await person(server, name);
    const rest = restDoor(server.url, token);
    const device = await Device.connect(server.url, token);
    return { id, rest, device, door: door === 'rest' ? rest : device };
  };
  const [alice, bob, carol] = [await actor('alice'), await actor('bob'), await actor('carol')];
  const peers = { bob, carol };
  return {
    alice,
    bob,
    carol,
    dm: async (peer = 'bob') =>
      (await data(alice.door.ask(createConversation, { type: 'dm', memberIds: [peers[peer].id] }))).id,
    observe: async (name, count) => {
      const [heardByAlice, heardByBob] = await Promise.all([
        alice.device.hear(count, name),
        bob.device.hear(count, name),
      ]);
      expect(heardByAlice).toHaveLength(count);
      expect(heardByBob.map(shared)).toEqual(heardByAlice.map(shared));
    },
  };
}

/** What is the same for every reader. */
function shared(payload: Record<string, unknown>): unknown {
  const { me: _mine, ...rest } = payload;
  return rest;
}

/** What was heard by whom, without the values that differ from run to run. */
function shapesOf({ alice, bob, carol }: Scene): unknown {
  return [alice, bob, carol].map(({ device }) =>
    device.heard.map(({ name, payload }) => ({
      name,
      seq: payload.seq,
      version: payload.version,
      fields: Object.keys(payload).sort(),
    })),
  );
}

function closeAll({ alice, bob, carol }: Scene): void {
  for (const { device } of [alice, bob, carol]) device.close();
}
