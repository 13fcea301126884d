/** Of calls: a part of what must be so of each conversation. */
export const OF_CALLS: Readonly<Record<string, string>> = {
  'a call is in a DM or a group, and one that reaches nobody in a DM': `
    SELECT format('call %s: in the %s %s, %s', c.id, v.type, v.id,
      CASE WHEN c.message_id IS NULL THEN 'without a message' ELSE 'with a message' END)
    FROM conversations v JOIN calls c ON c.conversation_id = v.id
    WHERE v.id = ANY($1) AND (v.type NOT IN ('dm', 'group') OR c.message_id IS NULL AND v.type <> 'dm')`,

  'a call in a DM is between its two people': `
    SELECT format('call %s: in the DM of %s and %s, with the participants %s', c.id, v.dm_user_low, v.dm_user_high, people)
    FROM conversations v JOIN calls c ON c.conversation_id = v.id CROSS JOIN LATERAL (
      SELECT ARRAY(SELECT user_id FROM call_participants WHERE call_id = c.id ORDER BY user_id) AS people
    ) there
    WHERE v.id = ANY($1) AND v.type = 'dm' AND people <> ARRAY[v.dm_user_low, v.dm_user_high]`,

  'nobody is in a call that has ended, and it rings for nobody': `
    SELECT format('call %s has ended, and %s is %s', c.id, p.user_id, p.state)
    FROM calls c JOIN call_participants p ON p.call_id = c.id
    WHERE c.conversation_id = ANY($1) AND c.state = 'ended' AND p.state IN ('joined', 'ringing')`,

  'who calls is in the call while it rings, and alone': `
    SELECT format('call %s of %s rings, with %s in it', c.id, c.created_by, joined)
    FROM calls c CROSS JOIN LATERAL (
      SELECT ARRAY(SELECT user_id FROM call_participants WHERE call_id = c.id AND state = 'joined') AS joined
    ) there
    WHERE c.conversation_id = ANY($1) AND c.state = 'ringing' AND joined <> ARRAY[c.created_by]`,

  'a call that goes on has people in it': `
    SELECT format('call %s in a %s is active, with %s in it', c.id, v.type, joined)
    FROM conversations v JOIN calls c ON c.conversation_id = v.id AND c.state = 'active' CROSS JOIN LATERAL (
      SELECT count(*) AS joined FROM call_participants WHERE call_id = c.id AND state = 'joined'
    ) there
    WHERE v.id = ANY($1) AND joined < CASE v.type WHEN 'dm' THEN 2 ELSE 1 END`,

  'who called was in the call': `
    SELECT format('call %s of %s, who is %s', c.id, c.created_by, coalesce(p.state, 'not in it'))
    FROM calls c LEFT JOIN call_participants p ON p.call_id = c.id AND p.user_id = c.created_by
    WHERE c.conversation_id = ANY($1) AND (p.state IN ('joined', 'left')) IS NOT TRUE`,

  'who is in a call, or is rung, is a member': `
    SELECT format('call %s in conversation %s: %s is %s, and no member', c.id, c.conversation_id, p.user_id, p.state)
    FROM calls c JOIN call_participants p ON p.call_id = c.id AND p.state IN ('joined', 'ringing')
    LEFT JOIN conversation_members m ON m.conversation_id = c.conversation_id AND m.user_id = p.user_id
    WHERE c.conversation_id = ANY($1) AND m.user_id IS NULL`,

  'a call that was answered has a start before its end, and no other has one': `
    SELECT format('call %s: %s, started %s, ended %s, %s', c.id, c.state, coalesce(c.started_at::text, 'never'),
      coalesce(c.ended_at::text, 'never'), coalesce(c.end_reason, 'for no reason'))
    FROM calls c
    WHERE c.conversation_id = ANY($1) AND (c.started_at > c.ended_at OR CASE
      WHEN c.state = 'ringing' OR c.end_reason IN ('declined', 'cancelled', 'missed', 'busy') THEN c.started_at IS NOT NULL
      ELSE c.started_at IS NULL AND c.end_reason IS DISTINCT FROM 'failed' END)`,

  'who was in a call joined before they left, and nobody else did either': `
    SELECT format('call %s: %s is %s, joined %s, left %s', c.id, p.user_id, p.state, coalesce(p.joined_at::text, 'never'),
      coalesce(p.left_at::text, 'never'))
    FROM calls c JOIN call_participants p ON p.call_id = c.id
    WHERE c.conversation_id = ANY($1) AND (CASE p.state
      WHEN 'joined' THEN p.joined_at >= coalesce(p.left_at, p.joined_at)
      WHEN 'left' THEN p.left_at >= p.joined_at
      ELSE p.joined_at IS NULL AND p.left_at IS NULL END) IS NOT TRUE`,

  'a call has a message of its own, from its caller': `
    SELECT format('message %s of %s, a %s in conversation %s, is of %s', m.id, m.sender_id, m.type, m.conversation_id,
      coalesce('call ' || c.id || ' of ' || c.created_by || ' in conversation ' || c.conversation_id, 'no call'))
    FROM messages m LEFT JOIN calls c ON c.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND (m.type = 'call' OR c.id IS NOT NULL)
      AND (m.type, m.sender_id, m.conversation_id) IS DISTINCT FROM ('call', c.created_by, c.conversation_id)`,

  'a message tells how its call stands': `
    SELECT format('message %s tells otherwise than call %s of its %s', m.id, c.id, string_agg(key, ', ' ORDER BY key))
    FROM calls c JOIN messages m ON m.id = c.message_id CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(jsonb_build_object('userId', user_id, 'state', state, 'joinedAt', ${iso('joined_at')},
        'leftAt', ${iso('left_at')}) ORDER BY joined_at, user_id) FILTER (WHERE place <= 100), '[]') AS shown,
        count(*) FILTER (WHERE state = 'joined') AS joined
      FROM (
        SELECT *, row_number() OVER (ORDER BY joined_at, user_id) AS place FROM call_participants WHERE call_id = c.id
      ) p
    ) people CROSS JOIN LATERAL jsonb_each(jsonb_build_object('id', c.id, 'revision', c.revision, 'type', c.type,
      'media', c.media, 'state', c.state, 'createdBy', c.created_by, 'participants', shown, 'joinedCount', joined,
      'startedAt', ${iso('c.started_at')}, 'endedAt', ${iso('c.ended_at')}, 'endReason', c.end_reason,
      'durationSeconds', round(extract(epoch FROM c.ended_at - c.started_at)))) AS fact (key, value)
    WHERE c.conversation_id = ANY($1) AND m.payload -> key IS DISTINCT FROM value
    GROUP BY m.id, c.id`,

  'a call that goes on is watched': `
    SELECT format('call %s is %s, and nobody looks when that is over', c.id, c.state) FROM calls c
    WHERE c.conversation_id = ANY($1) AND c.state <> 'ended' AND NOT EXISTS (
      SELECT FROM pgboss.job WHERE name = 'call.watch' AND state < 'active' AND singleton_key = c.id::text
    )`,
};

function iso(instant: string): string {
  return `to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
