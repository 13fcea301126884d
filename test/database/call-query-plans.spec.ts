import { randomUUID } from 'node:crypto';
import { LAST_ID } from '../../src/kernel/paging/cursor.js';
import { CallsRepository, type CallPageQuery } from '../../src/modules/calls/calls.repository.js';
import { DeviceLeasesRepository } from '../../src/modules/calls/device-leases.repository.js';
import { expectIndexUsed, QueryPlanFixture } from '../support/database/query-plan-fixture.js';

/**
 * Calls between the user and others: missed in every tenth, started by the user in a third. Other users have
 * far more calls.
 */
const [MINE, OTHERS] = [200, 40_000];
const [ME, PEER, CALLEE] = [randomUUID(), randomUUID(), randomUUID()];
const [DM, GROUP, LIVE] = [randomUUID(), randomUUID(), randomUUID()];
const LIMIT = 51;

const FILL = `
  INSERT INTO users (id, tms_user_id) VALUES ('${ME}', 'me'), ('${PEER}', 'peer'), ('${CALLEE}', 'them');
  INSERT INTO conversations (id, type) VALUES ('${DM}', 'group'), ('${GROUP}', 'group');
  INSERT INTO conversation_members (conversation_id, user_id) VALUES ('${DM}', '${ME}'), ('${DM}', '${PEER}'),
    ('${GROUP}', '${PEER}'), ('${GROUP}', '${CALLEE}');
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, type)
    SELECT gen_random_uuid(), CASE WHEN n <= ${MINE} THEN '${DM}' ELSE '${GROUP}' END::uuid, n, n, '${PEER}', 'call'
    FROM generate_series(1, ${MINE + OTHERS}) n;
  INSERT INTO calls (id, conversation_id, message_id, type, state, created_by, ring_expires_at, ended_at, end_reason)
    SELECT gen_random_uuid(), conversation_id, id, 'voice', 'ended', CASE seq % 3 WHEN 0 THEN '${ME}' ELSE '${PEER}' END::uuid,
      now(), now(), 'missed' FROM messages;
  INSERT INTO call_participants (call_id, user_id, state)
    SELECT c.id, users_of_call.id, CASE row_number() OVER (ORDER BY c.id) % 10 WHEN 0 THEN 'missed' ELSE 'declined' END
    FROM calls c JOIN conversation_members m USING (conversation_id) CROSS JOIN LATERAL (SELECT m.user_id) users_of_call (id);
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, type)
    VALUES ('${LIVE}', '${DM}', ${MINE + OTHERS + 1}, 1, '${PEER}', 'call');
  INSERT INTO calls (id, conversation_id, message_id, type, state, created_by, ring_expires_at)
    VALUES ('${LIVE}', '${DM}', '${LIVE}', 'voice', 'ringing', '${PEER}', now());
  UPDATE call_participants SET state = 'joined', device_id = 'phone', joined_at = now(), lease_expires_at = now()
    WHERE (call_id, user_id) IN (SELECT call_id, user_id FROM call_participants WHERE user_id = '${ME}' LIMIT 1);
`;

type Case = [
  title: string,
  query: Omit<CallPageQuery, 'userId' | 'before'>,
  index: string,
  maxEntries: number,
];

const CASES: Case[] = [
  ['a page of calls of a user', {}, 'call_participants_user_id_call_id_idx', LIMIT],
  ['a page of missed calls', { filter: 'missed' }, 'call_participants_missed_idx', LIMIT],
  ['a page of outgoing calls', { filter: 'outgoing' }, 'call_participants_user_id_call_id_idx', MINE],
  ['a page of incoming calls', { filter: 'incoming' }, 'call_participants_user_id_call_id_idx', MINE],
  ['the live calls', { filter: 'live' }, 'calls_live_key', 1],
  ['a page of calls of a conversation', { conversationId: DM }, 'calls_conversation_id_id_idx', LIMIT],
];

describe('An index serves', () => {
  let fixture: QueryPlanFixture;

  beforeAll(async () => (fixture = await QueryPlanFixture.open(FILL)));
  afterAll(() => fixture.close());

  it.each(CASES)('%s', async (_title, query, index, maxEntries) => {
    const scans = await fixture.scansOf((database) =>
      new CallsRepository(database).listCalls({ userId: ME, before: LAST_ID, ...query }, LIMIT),
    );
    expectIndexUsed(scans, index, maxEntries);
    const scannedTables = scans.filter(({ type }) => type === 'Seq Scan').map(({ table }) => table);
    expect(scannedTables.filter((table) => /call/.test(table))).toEqual([]);
  });

  it('the leases of all participants of calls', async () => {
    const scans = await fixture.scansOf((database) => new DeviceLeasesRepository(database).listLeases(60));
    expectIndexUsed(scans, 'call_participants_joined_key', 1);
  });

  it('the device with a lost connection', async () => {
    const scans = await fixture.scansOf((database) =>
      new DeviceLeasesRepository(database).startReconnectPeriod(
        { userId: ME, deviceId: 'phone', socketId: 's' },
        20,
      ),
    );
    expectIndexUsed(scans, 'call_participants_joined_key', 1);
  });
});
