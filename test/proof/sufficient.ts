import { isDeepStrictEqual } from 'node:util';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { apply } from '../../src/reducer/apply.js';
import { needsSync, type State } from '../../src/reducer/state.js';
import { data, Device, restDoor, type Door } from '../setup/doors.js';
import { person, type TestServer } from '../setup/server.js';
import { comparable, opened, readAnew, synced } from './client.js';

/** Somebody with a device that listens all the time, and what they knew before the action. */
export interface Witness {
  id: string;
  door: Door;
  device: Device;
}

/** Three people in a group with a few messages, two of them in a DM as well, and a public channel of alice's. */
export interface Stage {
  alice: Witness;
  bob: Witness;
  carol: Witness;
  group: string;
  dm: string;
  channel: string;
  /** Of bob, and answered by carol. */
  question: MessageDto;
}

export type Act = (stage: Stage) => Promise<unknown>;

/**
 * D4 and D5 for one action: for everybody, what they knew before and the events that they heard make what they read
 * anew; and what they knew before and a sync do, too. Answers the names of the events.
 */
export async function expectSufficient(server: TestServer, name: string, act: Act): Promise<string[]> {
  const stage = await setStage(server, name);
  const people = [stage.alice, stage.bob, stage.carol];
  const before = await Promise.all(people.map(({ door }) => readAnew(door)));
  for (const { device } of people) device.heard.length = 0;
  await act(stage);
  for (const [index, witness] of people.entries()) {
    await expectBySync(before[index]!, witness);
    await expectByEvents(before[index]!, witness);
  }
  people.forEach(({ device }) => device.close());
  return people.flatMap(({ device }) => device.heard.map((event) => event.name));
}

async function expectBySync(before: State, { door }: Witness): Promise<void> {
  const [bySync, now] = [await opened(await synced(before, door), door), await readAnew(door)];
  expect(comparable(bySync)).toEqual(comparable(now));
}

/** Events may come in any order, and twice: so backwards too, all of them, and each twice. */
async function expectByEvents(before: State, { door, device }: Witness): Promise<void> {
  const now = comparable(await readAnew(door));
  const heard = async (order: (events: Device['heard']) => Device['heard']): Promise<unknown> => {
    const state = order([...device.heard]).reduce(apply, before);
    return comparable(await opened(needsSync(state) === 'now' ? await synced(state, door) : state, door));
  };
  const deadline = Date.now() + 3_000;
  while (!isDeepStrictEqual(await heard((events) => events), now) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await heard((events) => events)).toEqual(now);
  expect(await heard((events) => events.reverse())).toEqual(now);
  expect(await heard((events) => [...events, ...events])).toEqual(now);
}

async function setStage(server: TestServer, name: string): Promise<Stage> {
  const witness = async (who: string): Promise<Witness> => {
    const { id, token } = await person(server, `${who} of ${name}`);
    return { id, door: restDoor(server.url, token), device: await Device.connect(server.url, token) };
  };
  const [alice, bob, carol] = [await witness('alice'), await witness('bob'), await witness('carol')];
  const create = async (input: object): Promise<string> =>
    (await data(alice.door.ask(createConversation, input))).id;
  const group = await create({ type: 'group', title: 'Before', memberIds: [bob.id, carol.id] });
  const dm = await create({ type: 'dm', memberIds: [bob.id] });
  const channel = await create({ type: 'channel', title: 'Public', isPrivate: false });
  const say = ({ door }: Witness, conversationId: string, more: object = {}): Promise<MessageDto> =>
    data(door.ask(sendMessage, { conversationId, content: 'Said before', ...more }));
  const question = await say(bob, group);
  await say(carol, group, { replyToId: question.id });
  await say(alice, group);
  await say(alice, dm);
  await say(bob, dm);
  return { alice, bob, carol, group, dm, channel, question };
}
