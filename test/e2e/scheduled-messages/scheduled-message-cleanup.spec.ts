import { EMPTY_STATE } from '@tms/client/state/state';
import {
  cancelScheduledMessage,
  sendScheduledMessage,
} from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { ScheduledMessageCleanupService } from '../../../src/modules/scheduled-messages/scheduled-message-cleanup.service.js';
import { bothTransports, type ScenarioContext } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { readFreshState, syncState, toComparable } from '../../support/events/sync-client.js';
import { listWaiting, schedule } from '../../support/features/scheduled-message-commands.js';

const FINISHED = `state <> 'scheduled'`;

/** Makes scheduled messages old, and runs the cleanup. */
async function cleanUp({ server, sql }: ScenarioContext, where: string, days: number): Promise<void> {
  await sql(`UPDATE scheduled_messages SET updated_at = now() - interval '${days} days' WHERE ${where}`);
  await server.app.get(ScheduledMessageCleanupService).deleteExpired();
}

async function listStates({ sql }: ScenarioContext): Promise<string[]> {
  const rows = await sql<{ state: string }>('SELECT state FROM scheduled_messages ORDER BY state');
  return rows.map(({ state }) => state);
}

describe('A finished scheduled message', () => {
  bothTransports('is deleted after 30 days, and a failed one is cancelled', async (context) => {
    const { alice, dm, sql } = context;
    const conversationId = await dm();
    const [waiting, sent, cancelled, failed] = [
      await expectData(schedule(alice, conversationId, { content: 'Waiting' })),
      await expectData(schedule(alice, conversationId)),
      await expectData(schedule(alice, conversationId)),
      await expectData(schedule(alice, conversationId, { content: 'Failed' })),
    ];
    const held = await syncState(EMPTY_STATE, alice.transport);
    await expectData(alice.transport.request(sendScheduledMessage, { scheduledMessageId: sent.id }));
    await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId: cancelled.id }));
    await sql(
      `UPDATE scheduled_messages SET state = 'failed', error_code = 'forbidden' WHERE id = '${failed.id}'`,
    );

    await cleanUp(context, FINISHED, 29);
    expect(await listStates(context)).toEqual(['cancelled', 'failed', 'scheduled', 'sent']);
    await cleanUp(context, 'true', 31);
    expect(await listStates(context)).toEqual(['cancelled', 'scheduled']);
    const [, , , , , , ended] = await alice.device.waitForEvents(7, 'scheduled_message.updated');
    expect(ended).toMatchObject({ id: failed.id, state: 'cancelled', content: null, errorCode: null });
    await cleanUp(context, FINISHED, 31);
    expect((await listWaiting(alice)).map(({ id }) => id)).toEqual([waiting.id]);
    const again = alice.transport.request(cancelScheduledMessage, { scheduledMessageId: cancelled.id });
    expect(await expectErrorCode(again)).toBe('not_found');

    const synced = await syncState(held, alice.transport);
    expect(toComparable(synced)).toEqual(toComparable(await readFreshState(alice.rest)));
  });

  bothTransports(
    'that was deleted resets scheduled messages once, for clients that may hold it',
    async (context) => {
      const { alice, dm } = context;
      const conversationId = await dm();
      const before = await syncState(EMPTY_STATE, alice.transport);
      const { id: scheduledMessageId } = await expectData(schedule(alice, conversationId));
      await expectData(schedule(alice, conversationId));
      const resets: boolean[] = [];
      const held = await syncState(before, alice.transport);
      await expectData(alice.transport.request(cancelScheduledMessage, { scheduledMessageId }));
      const informed = await syncState(held, alice.transport);
      await cleanUp(context, FINISHED, 31);
      for (const state of [informed, held, before])
        await syncState(state, alice.transport, (page) => resets.push(page.resetScheduledMessages));
      expect(resets).toEqual([false, true, true]);
      const [waiting] = await listWaiting(alice);
      for (const state of [informed, held, before]) {
        const { accountData } = await syncState(state, alice.transport);
        expect([...accountData.scheduledMessages.values()]).toEqual([waiting]);
      }
    },
  );
});
