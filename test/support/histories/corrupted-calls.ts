import { DONE, LIVE, MISSED, OF_DONE, OF_LIVE, RINGING, TEAM } from './valid-calls.js';
import { ANN, BOB, CAM, CHANNEL, DM, id, type Corruption } from './valid-history.js';

const GONE = `device_id = NULL, lease_expires_at = NULL, left_at = joined_at`;

export const CORRUPTED_CALLS: Corruption[] = [
  [
    'a call in a channel',
    'a call is in a DM or group, and a call without a message in a DM',
    `UPDATE calls SET conversation_id = '${CHANNEL}' WHERE id = '${DONE}'`,
    `call ${DONE}: in the channel ${CHANNEL}, with a message`,
  ],
  [
    'a call in a group that nobody hears of',
    'a call is in a DM or group, and a call without a message in a DM',
    `UPDATE calls SET message_id = NULL WHERE id = '${LIVE}'`,
    `call ${LIVE}: in the group ${TEAM}, without a message`,
  ],
  [
    'somebody else in a call of two',
    'the participants of a call in a DM are its two users',
    `UPDATE call_participants SET user_id = '${CAM}' WHERE call_id = '${MISSED}' AND user_id = '${BOB}'`,
    `call ${MISSED}: in the DM of ${ANN} and ${BOB}, with the participants {${ANN},${CAM}}`,
  ],
  [
    'a call that still rings after its end',
    'an ended call has no joined and no ringing participant',
    `UPDATE call_participants SET state = 'ringing' WHERE call_id = '${MISSED}' AND user_id = '${BOB}'`,
    `call ${MISSED}: ended, but participant ${BOB} is ringing`,
  ],
  [
    'a call that somebody is in after its end',
    'an ended call has no joined and no ringing participant',
    `UPDATE calls SET state = 'ended', ended_at = now(), end_reason = 'completed' WHERE id = '${LIVE}'`,
    `call ${LIVE}: ended, but participant ${ANN} is joined`,
  ],
  [
    'a call that rings for a caller who has hung up',
    'only the caller has joined a ringing call',
    `UPDATE call_participants SET state = 'left', ${GONE} WHERE call_id = '${RINGING}' AND user_id = '${BOB}'`,
    `call ${RINGING} of ${BOB} is ringing, joined by {}`,
  ],
  [
    'a call that rings though it was answered',
    'only the caller has joined a ringing call',
    `UPDATE call_participants SET state = 'left', ${GONE} WHERE call_id = '${LIVE}' AND state = 'joined';
     UPDATE call_participants SET state = 'joined', device_id = 'phone', lease_expires_at = now(), joined_at = now()
       WHERE call_id = '${RINGING}' AND user_id = '${ANN}'`,
    `call ${RINGING} of ${BOB} is ringing, joined by {${BOB},${ANN}}`,
  ],
  [
    'a call that goes on with nobody',
    'an active call has joined participants',
    `UPDATE call_participants SET state = 'left', ${GONE} WHERE call_id = '${LIVE}' AND user_id = '${ANN}'`,
    `call ${LIVE} in a group is active, joined participants: 0`,
  ],
  [
    'a call of two that goes on with one',
    'an active call has joined participants',
    `UPDATE calls SET state = 'active', started_at = now() WHERE id = '${RINGING}'`,
    `call ${RINGING} in a dm is active, joined participants: 1`,
  ],
  [
    'a caller who missed the call',
    'the caller is a participant who joined',
    `UPDATE call_participants SET state = 'missed', joined_at = NULL, left_at = NULL WHERE call_id = '${DONE}' AND user_id = '${ANN}'`,
    `call ${DONE} of ${ANN}: the caller is missed`,
  ],
  [
    'a caller who has nothing to do with it',
    'the caller is a participant who joined',
    `UPDATE calls SET created_by = '${CAM}' WHERE id = '${DONE}'`,
    `call ${DONE} of ${CAM}: the caller is no participant`,
  ],
  [
    'somebody in the call who was removed',
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
    'a call that was missed and answered',
    'only an answered call has a start, before its end',
    `SET LOCAL timezone = 'UTC'; UPDATE calls SET started_at = ended_at WHERE id = '${MISSED}'`,
    `call ${MISSED}: ended, started 2026-02-01 10:00:45+00, ended 2026-02-01 10:00:45+00, missed`,
  ],
  [
    'a call that was never answered and yet hung up',
    'only an answered call has a start, before its end',
    `SET LOCAL timezone = 'UTC'; UPDATE calls SET end_reason = 'completed' WHERE id = '${MISSED}'`,
    `call ${MISSED}: ended, started never, ended 2026-02-01 10:00:45+00, completed`,
  ],
  [
    'somebody who left before they came',
    'only joined and left participants have times, in order',
    `SET LOCAL timezone = 'UTC'; UPDATE call_participants SET left_at = '2026-02-01 10:00:04Z' WHERE call_id = '${DONE}' AND user_id = '${BOB}'`,
    `call ${DONE}: ${BOB} is left, joined 2026-02-01 10:00:05+00, left 2026-02-01 10:00:04+00`,
  ],
  [
    'somebody who missed what they were in',
    'only joined and left participants have times, in order',
    `SET LOCAL timezone = 'UTC'; UPDATE call_participants SET state = 'missed' WHERE call_id = '${DONE}' AND user_id = '${BOB}'`,
    `call ${DONE}: ${BOB} is missed, joined 2026-02-01 10:00:05+00, left 2026-02-01 10:00:20+00`,
  ],
  [
    'a message of a call that is not there',
    'a call has its own message, sent by the caller',
    `DELETE FROM calls WHERE id = '${DONE}'`,
    `message ${OF_DONE} of ${ANN}, a call in conversation ${TEAM}, has no call`,
  ],
  [
    'a call that a text tells of',
    'a call has its own message, sent by the caller',
    `UPDATE calls SET message_id = '${id(25)}' WHERE id = '${MISSED}'`,
    `message ${id(25)} of ${BOB}, a text in conversation ${DM}, has call ${MISSED} of ${ANN} in conversation ${DM}`,
  ],
  [
    'a message that has not heard of the end',
    'the payload of a message equals the state of its call',
    `UPDATE call_participants SET state = 'left', ${GONE} WHERE call_id = '${LIVE}' AND user_id = '${ANN}';
     UPDATE calls SET state = 'ended', revision = 3, end_reason = 'failed', ended_at = '2026-02-01 10:00:15Z' WHERE id = '${LIVE}'`,
    `message ${OF_LIVE} differs from call ${LIVE} in durationSeconds, endReason, endedAt, joinedCount, participants, revision, state`,
  ],
  [
    'a message that names somebody else',
    'the payload of a message equals the state of its call',
    `UPDATE messages SET payload = jsonb_set(payload, '{participants,1,userId}', '"${CAM}"') WHERE id = '${OF_DONE}'`,
    `message ${OF_DONE} differs from call ${DONE} in participants`,
  ],
  [
    'a call that would ring for ever',
    'a live call has a timeout job',
    `UPDATE pgboss.job SET state = 'completed' WHERE singleton_key = '${RINGING}'`,
    `call ${RINGING} is ringing, without a timeout job`,
  ],
];
