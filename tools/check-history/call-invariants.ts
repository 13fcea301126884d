/** Invariants of the calls in the conversations `$1`. */
export const CALL_INVARIANTS: Readonly<Record<string, string>> = {
  'a call is in a DM or group, and a call without a message in a DM': `
    SELECT format('call %s: in the %s %s, %s', c.id, v.type, v.id,
      CASE WHEN c.message_id IS NULL THEN 'without a message' ELSE 'with a message' END)
    FROM conversations v JOIN calls c ON c.conversation_id = v.id
    WHERE v.id = ANY($1) AND (v.type NOT IN ('dm', 'group') OR c.message_id IS NULL AND v.type <> 'dm')`,

  'the participants of a call in a DM are its two users': `
    SELECT format('call %s: in the DM of %s and %s, with the participants %s', c.id, v.dm_user_low, v.dm_user_high, user_ids)
    FROM conversations v JOIN calls c ON c.conversation_id = v.id CROSS JOIN LATERAL (
      SELECT ARRAY(SELECT user_id FROM call_participants WHERE call_id = c.id ORDER BY user_id) AS user_ids
    ) participants
    WHERE v.id = ANY($1) AND v.type = 'dm' AND user_ids <> ARRAY[v.dm_user_low, v.dm_user_high]`,

  'an ended call has no joined and no ringing participant': `
    SELECT format('call %s: ended, but participant %s is %s', c.id, p.user_id, p.state)
    FROM calls c JOIN call_participants p ON p.call_id = c.id
    WHERE c.conversation_id = ANY($1) AND c.state = 'ended' AND p.state IN ('joined', 'ringing')`,

  'only the caller has joined a ringing call': `
    SELECT format('call %s of %s is ringing, joined by %s', c.id, c.created_by, joined)
    FROM calls c CROSS JOIN LATERAL (
      SELECT ARRAY(SELECT user_id FROM call_participants WHERE call_id = c.id AND state = 'joined') AS joined
    ) participants
    WHERE c.conversation_id = ANY($1) AND c.state = 'ringing' AND joined <> ARRAY[c.created_by]`,

  'an active call has joined participants': `
    SELECT format('call %s in a %s is active, joined participants: %s', c.id, v.type, joined)
    FROM conversations v JOIN calls c ON c.conversation_id = v.id AND c.state = 'active' CROSS JOIN LATERAL (
      SELECT count(*) AS joined FROM call_participants WHERE call_id = c.id AND state = 'joined'
    ) participants
    WHERE v.id = ANY($1) AND joined < CASE v.type WHEN 'dm' THEN 2 ELSE 1 END`,

  'the caller is a participant who joined': `
    SELECT format('call %s of %s: the caller is %s', c.id, c.created_by, coalesce(p.state, 'no participant'))
    FROM calls c LEFT JOIN call_participants p ON p.call_id = c.id AND p.user_id = c.created_by
    WHERE c.conversation_id = ANY($1) AND (p.state IN ('joined', 'left')) IS NOT TRUE`,

  'joined and ringing participants are members': `
    SELECT format('call %s in conversation %s: %s is %s, but no member', c.id, c.conversation_id, p.user_id, p.state)
    FROM calls c JOIN call_participants p ON p.call_id = c.id AND p.state IN ('joined', 'ringing')
    LEFT JOIN conversation_members m ON m.conversation_id = c.conversation_id AND m.user_id = p.user_id
    WHERE c.conversation_id = ANY($1) AND m.user_id IS NULL`,

  'only an answered call has a start, before its end': `
    SELECT format('call %s: %s, started %s, ended %s, %s', c.id, c.state, coalesce(c.started_at::text, 'never'),
      coalesce(c.ended_at::text, 'never'), coalesce(c.end_reason, 'no end reason'))
    FROM calls c
    WHERE c.conversation_id = ANY($1) AND (c.started_at > c.ended_at OR CASE
      WHEN c.state = 'ringing' OR c.end_reason IN ('declined', 'cancelled', 'missed', 'busy') THEN c.started_at IS NOT NULL
      ELSE c.started_at IS NULL AND c.end_reason IS DISTINCT FROM 'failed' END)`,

  'only joined and left participants have times, in order': `
    SELECT format('call %s: %s is %s, joined %s, left %s', c.id, p.user_id, p.state, coalesce(p.joined_at::text, 'never'),
      coalesce(p.left_at::text, 'never'))
    FROM calls c JOIN call_participants p ON p.call_id = c.id
    WHERE c.conversation_id = ANY($1) AND (CASE p.state
      WHEN 'joined' THEN p.joined_at >= coalesce(p.left_at, p.joined_at)
      WHEN 'left' THEN p.left_at >= p.joined_at
      ELSE p.joined_at IS NULL AND p.left_at IS NULL END) IS NOT TRUE`,

  'a call has its own message, sent by the caller': `
    SELECT format('message %s of %s, a %s in conversation %s, has %s', m.id, m.sender_id, m.type, m.conversation_id,
      coalesce('call ' || c.id || ' of ' || c.created_by || ' in conversation ' || c.conversation_id, 'no call'))
    FROM messages m LEFT JOIN calls c ON c.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND (m.type = 'call' OR c.id IS NOT NULL)
      AND (m.type, m.sender_id, m.conversation_id) IS DISTINCT FROM ('call', c.created_by, c.conversation_id)`,

  'the payload of a message equals the state of its call': `
    SELECT format('message %s differs from call %s in %s', m.id, c.id, string_agg(key, ', ' ORDER BY key))
    FROM calls c JOIN messages m ON m.id = c.message_id CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(jsonb_build_object('userId', user_id, 'state', state, 'joinedAt', ${iso('joined_at')},
        'leftAt', ${iso('left_at')}) ORDER BY joined_at, user_id) FILTER (WHERE place <= 100), '[]') AS shown,
        count(*) FILTER (WHERE state = 'joined') AS joined
      FROM (
        SELECT *, row_number() OVER (ORDER BY joined_at, user_id) AS place FROM call_participants WHERE call_id = c.id
      ) p
    ) participants CROSS JOIN LATERAL jsonb_each(jsonb_build_object('id', c.id, 'revision', c.revision, 'type', c.type,
      'topology', c.topology, 'state', c.state, 'createdBy', c.created_by, 'participants', shown, 'joinedCount', joined,
      'startedAt', ${iso('c.started_at')}, 'endedAt', ${iso('c.ended_at')}, 'endReason', c.end_reason,
      'durationSeconds', round(extract(epoch FROM c.ended_at - c.started_at)))) AS fact (key, value)
    WHERE c.conversation_id = ANY($1) AND m.payload -> key IS DISTINCT FROM value
    GROUP BY m.id, c.id`,

  'a live call has a timeout job': `
    SELECT format('call %s is %s, without a timeout job', c.id, c.state) FROM calls c
    WHERE c.conversation_id = ANY($1) AND c.state <> 'ended' AND NOT EXISTS (
      SELECT FROM pgboss.job WHERE name = 'call.timeout' AND state < 'active' AND singleton_key = c.id::text
    )`,
};

function iso(instant: string): string {
  return `to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
