import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { apply } from '@tms/client/state/apply';
import { needsSync, type State } from '@tms/client/state/state';
import { expectData, Device, restTransport, type Transport } from '../clients/transports.js';
import type { TestDatabase } from '../environment/test-database.js';
import { waitUntilPassed } from '../environment/wait-until.js';
import { createUser, type TestServer } from '../servers/test-server.js';
import { toComparable, loadFullHistory, readFreshState, syncState } from './sync-client.js';

/** User with a connected device and its state before the action. */
export interface ConnectedUser {
  id: string;
  transport: Transport;
  device: Device;
}

/** Three users in a group with a few messages, two of them also in a DM, and a public channel of alice. */
export interface ActionContext {
  database: TestDatabase;
  alice: ConnectedUser;
  bob: ConnectedUser;
  carol: ConnectedUser;
  group: string;
  dm: string;
  channel: string;
  /** Message of bob with a reply by carol. */
  question: MessageDto;
}

export type TestAction = (context: ActionContext) => Promise<unknown>;

/**
 * D4 and D5 for one action: for every user, the old state with the received events equals a fresh read, and
 * so does the old state with a sync. Returns the names of the events.
 */
export async function expectEventSufficiency(
  server: TestServer,
  name: string,
  act: TestAction,
): Promise<string[]> {
  const context = await createActionContext(server, name);
  const actors = [context.alice, context.bob, context.carol];
  const before = await Promise.all(actors.map(({ transport }) => readFreshState(transport)));
  for (const { device } of actors) device.events.length = 0;
  await act(context);
  for (const [index, observer] of actors.entries()) {
    await expectSyncSufficient(before[index]!, observer);
    await expectEventsSufficient(before[index]!, observer);
  }
  actors.forEach(({ device }) => device.close());
  return actors.flatMap(({ device }) => device.events.map((event) => event.name));
}

async function expectSyncSufficient(before: State, { transport }: ConnectedUser): Promise<void> {
  const [bySync, now] = [
    await loadFullHistory(await syncState(before, transport), transport),
    await readFreshState(transport),
  ];
  expect(toComparable(bySync)).toEqual(toComparable(now));
}

/** Events may arrive in any order and twice: they are also applied backwards, and each twice. */
async function expectEventsSufficient(before: State, { transport, device }: ConnectedUser): Promise<void> {
  const now = toComparable(await readFreshState(transport));
  const stateAfter = async (order: (events: Device['events']) => Device['events']): Promise<unknown> => {
    const state = order([...device.events]).reduce(apply, before);
    return toComparable(
      await loadFullHistory(
        needsSync(state) === 'now' ? await syncState(state, transport) : state,
        transport,
      ),
    );
  };
  await waitUntilPassed(async () => expect(await stateAfter((events) => events)).toEqual(now));
  expect(await stateAfter((events) => events.reverse())).toEqual(now);
  expect(await stateAfter((events) => [...events, ...events])).toEqual(now);
}

async function createActionContext(server: TestServer, name: string): Promise<ActionContext> {
  const observer = async (actor: string): Promise<ConnectedUser> => {
    const { id, token } = await createUser(server, `${actor} of ${name}`);
    return {
      id,
      transport: restTransport(server.url, token),
      device: await Device.connect(server.url, token),
    };
  };
  const [alice, bob, carol] = [await observer('alice'), await observer('bob'), await observer('carol')];
  const create = async (input: object): Promise<string> =>
    (await expectData(alice.transport.request(createConversation, input))).id;
  const group = await create({ type: 'group', title: 'Before', memberIds: [bob.id, carol.id] });
  const dm = await create({ type: 'dm', memberIds: [bob.id] });
  const channel = await create({ type: 'channel', title: 'Public', isPrivate: false });
  const sendText = (
    { transport }: ConnectedUser,
    conversationId: string,
    more: object = {},
  ): Promise<MessageDto> =>
    expectData(transport.request(sendMessage, { conversationId, content: 'Said before', ...more }));
  const question = await sendText(bob, group);
  await sendText(carol, group, { replyToId: question.id });
  await sendText(alice, group);
  await sendText(alice, dm);
  await sendText(bob, dm);
  return { database: server.database, alice, bob, carol, group, dm, channel, question };
}
