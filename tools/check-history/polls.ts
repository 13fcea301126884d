/** What everybody may see of poll p and its options o, counted out of the rows; `shown`: whether votes are. */
const OPTIONS = `
  SELECT jsonb_agg(jsonb_build_object('id', o.id, 'text', o.text, 'position', o.position,
    'votes', CASE WHEN shown.votes THEN cardinality(chose.them) END,
    'userIds', CASE WHEN shown.votes AND NOT p.anonymous THEN chose.them[1:10] ELSE '{}' END) ORDER BY o.position)
  FROM poll_options o CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT user_id FROM poll_votes WHERE option_id = o.id ORDER BY created_at, user_id) AS them
  ) chose
  WHERE o.poll_id = p.id`;
/** Where either the poll or its message says so: what is found is printed, and there too nobody may read who voted. */
const ANONYMOUS = `(p.anonymous OR m.payload @> '{"anonymous": true}')`;
const VOTER = `CASE WHEN ${ANONYMOUS} THEN 'somebody' ELSE 'user ' || v.user_id END`;
const withoutVoters = (state: string): string =>
  `CASE WHEN ${ANONYMOUS} THEN regexp_replace((${state})::text, '"userIds": \\["[^]]*\\]', '"userIds": [somebody]', 'g') ELSE (${state})::text END`;
const timeOf = (column: string): string =>
  `to_char(p.${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** What must be so of polls, in some conversations, $1. */
export const OF_POLLS: Readonly<Record<string, string>> = {
  'a poll is the message that puts it': `
    SELECT format('message %s: %s', m.id, CASE
      WHEN p.id IS NULL THEN 'of type poll, and there is none'
      WHEN m.deleted_at IS NOT NULL THEN 'it was deleted, and its poll is there'
      ELSE 'it says ' || coalesce(m.content, 'nothing') || ', and its poll asks ' || p.question END)
    FROM messages m LEFT JOIN polls p ON p.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND m.type = 'poll' AND CASE WHEN m.deleted_at IS NULL
      THEN m.content IS DISTINCT FROM p.question ELSE p.id IS NOT NULL END`,

  'a poll says what its votes come to': `
    SELECT format('poll %s: it says %s, and its votes make %s', p.id,
      ${withoutVoters("m.payload - 'question'")}, ${withoutVoters("counted.state - 'question'")})
    FROM messages m JOIN polls p ON p.message_id = m.id
    CROSS JOIN LATERAL (SELECT p.results_visibility = 'live' OR p.closed_at IS NOT NULL AS votes) shown
    CROSS JOIN LATERAL (SELECT jsonb_build_object('id', p.id, 'question', p.question, 'options', (${OPTIONS}),
      'multipleChoice', p.multiple_choice, 'anonymous', p.anonymous, 'resultsVisibility', p.results_visibility,
      'maxChoices', CASE WHEN p.multiple_choice THEN coalesce(p.max_choices, (SELECT count(*) FROM poll_options WHERE poll_id = p.id)) ELSE 1 END,
      'voters', (SELECT count(DISTINCT user_id) FROM poll_votes WHERE poll_id = p.id),
      'closesAt', ${timeOf('closes_at')}, 'closedAt', ${timeOf('closed_at')}, 'closedBy', p.closed_by) AS state) counted
    WHERE m.conversation_id = ANY($1) AND m.payload IS DISTINCT FROM counted.state`,

  'an anonymous poll names nobody, and one that shows nothing yet shows nothing': `
    SELECT format('message %s: %s', m.id, ${withoutVoters("m.payload -> 'options'")})
    FROM messages m JOIN polls p ON p.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND (
      (p.anonymous OR p.results_visibility = 'closed' AND p.closed_at IS NULL)
        AND m.payload @? '$.options[*].userIds[*]'
      OR p.results_visibility = 'closed' AND p.closed_at IS NULL AND m.payload @? '$.options[*].votes ? (@ != null)')`,

  'nobody chose more than they may': `
    SELECT format('poll %s: %s chose %s of %s', p.id, ${VOTER}, count(*), min(most.choices))
    FROM messages m JOIN polls p ON p.message_id = m.id JOIN poll_votes v ON v.poll_id = p.id
    CROSS JOIN LATERAL (SELECT CASE WHEN p.multiple_choice THEN coalesce(p.max_choices, 100) ELSE 1 END AS choices) most
    WHERE m.conversation_id = ANY($1) GROUP BY p.id, m.id, v.user_id HAVING count(*) > min(most.choices)`,

  'nobody voted when a poll was closed': `
    SELECT format('poll %s: closed at %s, and %s voted at %s', p.id, ${timeOf('closed_at')}, ${VOTER},
      to_char(v.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    FROM messages m JOIN polls p ON p.message_id = m.id JOIN poll_votes v ON v.poll_id = p.id
    WHERE m.conversation_id = ANY($1) AND v.created_at > p.closed_at`,

  'a poll is not closed after its time': `
    SELECT format('poll %s: it was to close at %s, and was closed at %s', p.id, ${timeOf('closes_at')}, ${timeOf('closed_at')})
    FROM messages m JOIN polls p ON p.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND p.closed_at > p.closes_at`,
};
