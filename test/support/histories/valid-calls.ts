import { ANN, BOB, DM, id } from './valid-history.js';

export const TEAM = id(15);
/** In a group: a completed call and a live one. In a DM without contact: a missed call and a ringing one. */
export const [DONE, LIVE, MISSED, RINGING] = [61, 62, 63, 64].map(id) as [string, string, string, string];
export const [OF_DONE, OF_LIVE] = [26, 27].map(id) as [string, string];

const at = (second: number): string => `2026-02-01T10:00:${String(second).padStart(2, '0')}.000Z`;

const part = (userId: string, state: string, joinedAt: string | null, leftAt: string | null): object => ({
  userId,
  state,
  joinedAt,
  leftAt,
});

const shared = { type: 'voice', topology: 'mesh', createdBy: ANN, ringExpiresAt: at(45), startedAt: at(5) };

const PAYLOADS: Record<string, object> = {
  [OF_DONE]: {
    ...shared,
    id: DONE,
    revision: 3,
    state: 'ended',
    joinedCount: 0,
    participants: [part(ANN, 'left', at(0), at(30)), part(BOB, 'left', at(5), at(20))],
    endedAt: at(30),
    endReason: 'completed',
    durationSeconds: 25,
  },
  [OF_LIVE]: {
    ...shared,
    id: LIVE,
    revision: 2,
    state: 'active',
    joinedCount: 1,
    participants: [part(ANN, 'joined', at(0), null), part(BOB, 'declined', null, null)],
    endedAt: null,
    endReason: null,
    durationSeconds: null,
  },
};

const payloadOf = (messageId: string): string => `'${JSON.stringify(PAYLOADS[messageId])}'`;

export const VALID_CALLS = `
  INSERT INTO conversations (id, type) VALUES ('${TEAM}', 'group');
  INSERT INTO conversation_members (conversation_id, user_id, role) VALUES
    ('${TEAM}', '${ANN}', 'owner'), ('${TEAM}', '${BOB}', 'member');
  SELECT append_message('${OF_DONE}', '${TEAM}', '${ANN}', 'call', NULL, NULL, ${payloadOf(OF_DONE)}, NULL, NULL, NULL, NULL);
  SELECT append_message('${OF_LIVE}', '${TEAM}', '${ANN}', 'call', NULL, NULL, ${payloadOf(OF_LIVE)}, NULL, NULL, NULL, NULL);
  INSERT INTO calls (id, conversation_id, message_id, type, state, created_by, revision, ring_expires_at, started_at, ended_at, end_reason)
    VALUES ('${DONE}', '${TEAM}', '${OF_DONE}', 'voice', 'ended', '${ANN}', 3, '${at(45)}', '${at(5)}', '${at(30)}', 'completed'),
      ('${LIVE}', '${TEAM}', '${OF_LIVE}', 'voice', 'active', '${ANN}', 2, '${at(45)}', '${at(5)}', NULL, NULL),
      ('${MISSED}', '${DM}', NULL, 'voice', 'ended', '${ANN}', 2, '${at(45)}', NULL, '${at(45)}', 'missed'),
      ('${RINGING}', '${DM}', NULL, 'voice', 'ringing', '${BOB}', 1, '${at(45)}', NULL, NULL, NULL);
  INSERT INTO call_participants (call_id, user_id, state, device_id, lease_expires_at, joined_at, left_at)
    VALUES ('${DONE}', '${ANN}', 'left', NULL, NULL, '${at(0)}', '${at(30)}'), ('${DONE}', '${BOB}', 'left', NULL, NULL, '${at(5)}', '${at(20)}'),
      ('${LIVE}', '${ANN}', 'joined', 'phone', '${at(59)}', '${at(0)}', NULL), ('${LIVE}', '${BOB}', 'declined', NULL, NULL, NULL, NULL),
      ('${MISSED}', '${ANN}', 'left', NULL, NULL, '${at(0)}', '${at(45)}'), ('${MISSED}', '${BOB}', 'missed', NULL, NULL, NULL, NULL),
      ('${RINGING}', '${BOB}', 'joined', 'phone', '${at(59)}', '${at(0)}', NULL), ('${RINGING}', '${ANN}', 'ringing', NULL, NULL, NULL, NULL);
  INSERT INTO pgboss.job (name, singleton_key, policy) VALUES ('call.timeout', '${LIVE}', 'short'), ('call.timeout', '${RINGING}', 'short')`;
