import { apply } from '@tms/client/state/apply';
import { needsSync } from '@tms/client/state/state';
import { io } from 'socket.io-client';
import { DatabaseEpoch } from '../../../src/kernel/database/database-epoch.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import { bothTransports, type ScenarioContext } from '../../support/clients/both-transports.js';
import { readFreshState, syncState, toComparable } from '../../support/events/sync-client.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { createUser } from '../../support/servers/test-server.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';

/** Takes the messages after a seq out of a conversation and puts its counters back, as a backup from before would. */
async function restoreBackup(
  { sql }: ScenarioContext,
  id: string,
  seq: number,
  version: number,
): Promise<void> {
  await sql(`DELETE FROM messages WHERE conversation_id = '${id}' AND seq > ${seq};
    UPDATE conversations SET last_seq = ${seq}, last_main_seq = ${seq}, version = ${version} WHERE id = '${id}';
    SELECT renew_database_epoch()`);
}

describe('A restored backup', () => {
  bothTransports('assigns versions again, and a sync replaces what the client holds', async (context) => {
    const { alice, bob, group, sendText } = context;
    const conversationId = await group();
    const { version, seq } = await sendText(alice, conversationId, 'Before');
    for (const content of ['Lost 1', 'Lost 2']) await sendText(alice, conversationId, content);
    const held = await readFreshState(bob.rest);
    await restoreBackup(context, conversationId, seq, version);
    for (const content of ['New 1', 'New 2']) await sendText(alice, conversationId, content);

    const fresh = await readFreshState(bob.rest);
    expect(fresh.epoch).not.toBe(held.epoch);
    const request = {
      epoch: held.epoch!,
      accountVersion: held.accountVersion,
      conversations: { [conversationId]: version + 2 },
    };
    const response = await expectData(bob.transport.request(sync, request));
    expect(response).toMatchObject({ epoch: fresh.epoch, removed: [] });
    expect(response.conversations).toMatchObject([{ reset: true }]);
    const synced = await syncState(held, bob.transport);
    const contents = [...synced.conversations.values()].flatMap(({ messages }) => messages);
    expect(contents.map(({ content }) => content)).toEqual(['Before', 'New 1', 'New 2']);
    expect(toComparable(await syncState(fresh, bob.transport))).toEqual(toComparable(fresh));
    alice.device.events.length = bob.device.events.length = 0; // versions of both epochs
  });

  bothTransports('is reported to connected clients and to clients that connect', async (context) => {
    const { alice, server, group } = context;
    await group();
    const state = await readFreshState(alice.rest);
    const epochs = server.app.get(DatabaseEpoch);
    await context.sql(`UPDATE database_epochs SET origin = 'another cluster'`);
    const epoch = await epochs.checkEpoch();
    expect(epoch).not.toBe(state.epoch);
    expect(await epochs.checkEpoch()).toBe(epoch);
    const [payload] = await alice.device.waitForEvents(1, 'session.resync');
    expect(payload).toEqual({ epoch });
    const emptied = apply(state, { name: 'session.resync', payload: payload! });
    expect([needsSync(emptied), emptied.conversations.size, emptied.accountVersion]).toEqual(['now', 0, 0]);
    const synced = await syncState(emptied, alice.transport);
    expect(apply(synced, { name: 'session.resync', payload: payload! })).toBe(synced);
    expect(toComparable(synced)).toEqual(toComparable(await syncState(state, alice.transport)));

    const { token } = await createUser(server, 'dee');
    const connect = (held: unknown): Promise<unknown> =>
      new Promise((resolve) => {
        const auth = { token, epoch: held };
        const socket = io(server.url, {
          auth,
          transports: ['websocket'],
          reconnection: false,
          forceNew: true,
        });
        const end = (value: unknown): void => {
          socket.disconnect();
          resolve(value);
        };
        socket.once('session.resync', end);
        socket.once('connect_error', (error) => end((error as Error & { data: object }).data));
        socket.once('connect', () => socket.emit('no.such.command', {}, () => end('nothing')));
      });
    expect(await connect(state.epoch)).toEqual({ epoch });
    expect(await connect(epoch)).toBe('nothing');
    expect(await connect(7)).toMatchObject({ errors: [{ field: 'epoch', code: 'type' }] });
  });

  bothTransports('is no reset for a client without an epoch', async ({ alice, group }) => {
    const conversationId = await group();
    const first = await expectData(alice.transport.request(sync, {}));
    const held = { accountVersion: first.accountVersion, conversations: { [conversationId]: 1 } };
    for (const epoch of [undefined, first.epoch])
      expect(await expectData(alice.transport.request(sync, { ...held, epoch }))).toMatchObject({
        epoch: first.epoch,
        conversations: [],
      });
    const other = await expectData(alice.transport.request(sync, { ...held, epoch: UNKNOWN_ID }));
    expect(other.conversations).toMatchObject([{ reset: true }]);
    expect(await expectErrorCode(alice.transport.request(sync, { epoch: 'x' }))).toBe('validation_failed');
  });
});
