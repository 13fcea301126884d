import { DONE, LIVE, MISSED, OF_DONE, OF_LIVE, RINGING, TEAM } from './valid-calls.js';
import { ANN, BOB, CAM, CHANNEL, DM, id, type Corruption } from './valid-history.js';

const LEFT_PARTICIPANT = `device_id = NULL, lease_expires_at = NULL, left_at = joined_at`;

export const CORRUPTED_CALLS: Corruption[] = [
  [
    'a call in a channel',
    'a call is in a DM or group, and a call without a message in a DM',
    `UPDATE calls SET conversation_id = '${CHANNEL}' WHERE id = '${DONE}'`,
    `call ${DONE}: in the channel ${CHANNEL}, with a message`,
  ],
  [
    'a call in a group without a message',
    'a call is in a DM or group, and a call without a message in a DM',
    `UPDATE calls SET message_id = NULL WHERE id = '${LIVE}'`,
    `call ${LIVE}: in the group ${TEAM}, without a message`,
  ],
  [
    'a third participant in a call in a DM',
    'the participants of a call in a DM are its two users',
    `UPDATE call_participants SET user_id = '${CAM}' WHERE call_id = '${MISSED}' AND user_id = '${BOB}'`,
    `call ${MISSED}: in the DM of ${ANN} and ${BOB}, with the participants {${ANN},${CAM}}`,
  ],
  [
    'an ended call that still rings',
    'an ended call has no joined and no ringing participant',
    `UPDATE call_participants SET state = 'ringing' WHERE call_id = '${MISSED}' AND user_id = '${BOB}'`,
    `call ${MISSED}: ended, but participant ${BOB} is ringing`,
  ],
  [
    'an ended call with a joined participant',
    'an ended call has no joined and no ringing participant',
    `UPDATE calls SET state = 'ended', ended_at = now(), end_reason = 'completed' WHERE id = '${LIVE}'`,
    `call ${LIVE}: ended, but participant ${ANN} is joined`,
  ],
  [
    'a ringing call without its caller',
    'only the caller has joined a ringing call',
    `UPDATE call_participants SET state = 'left', ${LEFT_PARTICIPANT} WHERE call_id = '${RINGING}' AND user_id = '${BOB}'`,
    `call ${RINGING} of ${BOB} is ringing, joined by {}`,
  ],
  [
    'a ringing call that was answered',
    'only the caller has joined a ringing call',
    `UPDATE call_participants SET state = 'left', ${LEFT_PARTICIPANT} WHERE call_id = '${LIVE}' AND state = 'joined';
     UPDATE call_participants SET state = 'joined', device_id = 'phone', lease_expires_at = now(), joined_at = now()
       WHERE call_id = '${RINGING}' AND user_id = '${ANN}'`,
    `call ${RINGING} of ${BOB} is ringing, joined by {${BOB},${ANN}}`,
  ],
  [
    'an active call without participants',
    'an active call has joined participants',
    `UPDATE call_participants SET state = 'left', ${LEFT_PARTICIPANT} WHERE call_id = '${LIVE}' AND user_id = '${ANN}'`,
    `call ${LIVE} in a group is active, joined participants: 0`,
  ],
  [
    'an active call in a DM with one participant',
    'an active call has joined participants',
    `UPDATE calls SET state = 'active', started_at = now() WHERE id = '${RINGING}'`,
    `call ${RINGING} in a dm is active, joined participants: 1`,
  ],
  [
    'a caller in the state missed',
    'the caller is a participant who joined',
    `UPDATE call_participants SET state = 'missed', joined_at = NULL, left_at = NULL WHERE call_id = '${DONE}' AND user_id = '${ANN}'`,
    `call ${DONE} of ${ANN}: the caller is missed`,
  ],
  [
    'a caller that is no participant',
    'the caller is a participant who joined',
    `UPDATE calls SET created_by = '${CAM}' WHERE id = '${DONE}'`,
    `call ${DONE} of ${CAM}: the caller is no participant`,
  ],
  [
    'a joined participant that was removed',
    'joined and ringing participants are members',
    `DELETE FROM conversation_members WHERE conversation_id = '${TEAM}' AND user_id = '${ANN}'`,
    `call ${LIVE} in conversation ${TEAM}: ${ANN} is joined, but no member`,
  ],
  [
    'an end before the start',
    'only an answered call has a start, before its end',
    `SET LOCAL timezone = 'UTC'; UPDATE calls SET ended_at = started_at - interval '1 second' WHERE id = '${DONE}'`,
    `call ${DONE}: ended, started 2026-02-01 10:00:05+00, ended 2026-02-01 10:00:04+00, completed`,
  ],
  [
    'a missed call with a start',
    'only an answered call has a start, before its end',
    `SET LOCAL timezone = 'UTC'; UPDATE calls SET started_at = ended_at WHERE id = '${MISSED}'`,
    `call ${MISSED}: ended, started 2026-02-01 10:00:45+00, ended 2026-02-01 10:00:45+00, missed`,
  ],
  [
    'a completed call without a start',
    'only an answered call has a start, before its end',
    `SET LOCAL timezone = 'UTC'; UPDATE calls SET end_reason = 'completed' WHERE id = '${MISSED}'`,
    `call ${MISSED}: ended, started never, ended 2026-02-01 10:00:45+00, completed`,
  ],
  [
    'a participant that left before joining',
    'only joined and left participants have times, in order',
    `SET LOCAL timezone = 'UTC'; UPDATE call_participants SET left_at = '2026-02-01 10:00:04Z' WHERE call_id = '${DONE}' AND user_id = '${BOB}'`,
    `call ${DONE}: ${BOB} is left, joined 2026-02-01 10:00:05+00, left 2026-02-01 10:00:04+00`,
  ],
  [
    'a missed participant with times',
    'only joined and left participants have times, in order',
    `SET LOCAL timezone = 'UTC'; UPDATE call_participants SET state = 'missed' WHERE call_id = '${DONE}' AND user_id = '${BOB}'`,
    `call ${DONE}: ${BOB} is missed, joined 2026-02-01 10:00:05+00, left 2026-02-01 10:00:20+00`,
  ],
  [
    'a call message without a call',
    'a call has its own message, sent by the caller',
    `DELETE FROM calls WHERE id = '${DONE}'`,
    `message ${OF_DONE} of ${ANN}, a call in conversation ${TEAM}, has no call`,
  ],
  [
    'a call with a text message',
    'a call has its own message, sent by the caller',
    `UPDATE calls SET message_id = '${id(25)}' WHERE id = '${MISSED}'`,
    `message ${id(25)} of ${BOB}, a text in conversation ${DM}, has call ${MISSED} of ${ANN} in conversation ${DM}`,
  ],
  [
    'a message with the state before the end',
    'the payload of a message equals the state of its call',
    `UPDATE call_participants SET state = 'left', ${LEFT_PARTICIPANT} WHERE call_id = '${LIVE}' AND user_id = '${ANN}';
     UPDATE calls SET state = 'ended', revision = 3, end_reason = 'failed', ended_at = '2026-02-01 10:00:15Z' WHERE id = '${LIVE}'`,
    `message ${OF_LIVE} differs from call ${LIVE} in durationSeconds, endReason, endedAt, joinedCount, participants, revision, state`,
  ],
  [
    'a message with another participant',
    'the payload of a message equals the state of its call',
    `UPDATE messages SET payload = jsonb_set(payload, '{participants,1,userId}', '"${CAM}"') WHERE id = '${OF_DONE}'`,
    `message ${OF_DONE} differs from call ${DONE} in participants`,
  ],
  [
    'a ringing call without a timeout job',
    'a live call has a timeout job',
    `UPDATE pgboss.job SET state = 'completed' WHERE singleton_key = '${RINGING}'`,
    `call ${RINGING} is ringing, without a timeout job`,
  ],
];
