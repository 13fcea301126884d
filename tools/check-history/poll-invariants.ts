/** Public state of the options o of poll p, counted from the rows; `shown.votes`: the results are public. */
const OPTIONS = `
  SELECT jsonb_agg(jsonb_build_object('id', o.id, 'text', o.text, 'position', o.position,
    'votes', CASE WHEN shown.votes THEN cardinality(chosen_by.user_ids) END,
    'userIds', CASE WHEN shown.votes AND NOT p.anonymous THEN chosen_by.user_ids[1:10] ELSE '{}' END) ORDER BY o.position)
  FROM poll_options o CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT user_id FROM poll_votes WHERE option_id = o.id ORDER BY created_at, user_id) AS user_ids
  ) chosen_by
  WHERE o.poll_id = p.id`;
/** True if the poll or its message says anonymous. Violations are printed, so they name no voter of such a poll. */
const ANONYMOUS = `(p.anonymous OR m.payload @> '{"anonymous": true}')`;
const VOTER = `CASE WHEN ${ANONYMOUS} THEN 'a user' ELSE 'user ' || v.user_id END`;
const withoutVoters = (state: string): string =>
  `CASE WHEN ${ANONYMOUS} THEN regexp_replace((${state})::text, '"userIds": \\["[^]]*\\]', '"userIds": [a user]', 'g') ELSE (${state})::text END`;
const timeOf = (column: string): string =>
  `to_char(p.${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Invariants of the polls in the conversations `$1`. */
export const POLL_INVARIANTS: Readonly<Record<string, string>> = {
  'a poll has a message with its question': `
    SELECT format('message %s: %s', m.id, CASE
      WHEN p.id IS NULL THEN 'of type poll, but without a poll'
      WHEN m.deleted_at IS NOT NULL THEN 'deleted, but its poll exists'
      ELSE 'content ' || coalesce(m.content, 'null') || ', question of the poll ' || p.question END)
    FROM messages m LEFT JOIN polls p ON p.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND m.type = 'poll' AND CASE WHEN m.deleted_at IS NULL
      THEN m.content IS DISTINCT FROM p.question ELSE p.id IS NOT NULL END`,

  'the payload of a poll equals its votes': `
    SELECT format('poll %s: payload %s, votes %s', p.id,
      ${withoutVoters("m.payload - 'question'")}, ${withoutVoters("counted.state - 'question'")})
    FROM messages m JOIN polls p ON p.message_id = m.id
    CROSS JOIN LATERAL (SELECT p.results_visibility = 'live' OR p.closed_at IS NOT NULL AS votes) shown
    CROSS JOIN LATERAL (SELECT jsonb_build_object('id', p.id, 'question', p.question, 'options', (${OPTIONS}),
      'multipleChoice', p.multiple_choice, 'anonymous', p.anonymous, 'resultsVisibility', p.results_visibility,
      'maxChoices', CASE WHEN p.multiple_choice THEN coalesce(p.max_choices, (SELECT count(*) FROM poll_options WHERE poll_id = p.id)) ELSE 1 END,
      'voters', (SELECT count(DISTINCT user_id) FROM poll_votes WHERE poll_id = p.id),
      'closesAt', ${timeOf('closes_at')}, 'closedAt', ${timeOf('closed_at')}, 'closedBy', p.closed_by) AS state) counted
    WHERE m.conversation_id = ANY($1) AND m.payload IS DISTINCT FROM counted.state`,

  'an anonymous poll names no voter, and a poll with hidden results no counts': `
    SELECT format('message %s: %s', m.id, ${withoutVoters("m.payload -> 'options'")})
    FROM messages m JOIN polls p ON p.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND (
      (p.anonymous OR p.results_visibility = 'closed' AND p.closed_at IS NULL)
        AND m.payload @? '$.options[*].userIds[*]'
      OR p.results_visibility = 'closed' AND p.closed_at IS NULL AND m.payload @? '$.options[*].votes ? (@ != null)')`,

  'no user has more votes than allowed': `
    SELECT format('poll %s: %s has %s of %s votes', p.id, ${VOTER}, count(*), min(allowed.choices))
    FROM messages m JOIN polls p ON p.message_id = m.id JOIN poll_votes v ON v.poll_id = p.id
    CROSS JOIN LATERAL (SELECT CASE WHEN p.multiple_choice THEN coalesce(p.max_choices, 100) ELSE 1 END AS choices) allowed
    WHERE m.conversation_id = ANY($1) GROUP BY p.id, m.id, v.user_id HAVING count(*) > min(allowed.choices)`,

  'no vote is later than the close of its poll': `
    SELECT format('poll %s: closed at %s, but %s voted at %s', p.id, ${timeOf('closed_at')}, ${VOTER},
      to_char(v.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    FROM messages m JOIN polls p ON p.message_id = m.id JOIN poll_votes v ON v.poll_id = p.id
    WHERE m.conversation_id = ANY($1) AND v.created_at > p.closed_at`,

  'a poll is closed by its closing time': `
    SELECT format('poll %s: closing time %s, closed at %s', p.id, ${timeOf('closes_at')}, ${timeOf('closed_at')})
    FROM messages m JOIN polls p ON p.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND p.closed_at > p.closes_at`,
};
