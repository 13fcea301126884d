const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [ANN, BOB, CAM] = [1, 2, 3].map(id) as [string, string, string];
export const [POLLS, OPEN_MESSAGE, CLOSED_MESSAGE, OPEN, CLOSED] = [14, 41, 42, 43, 44].map(id) as [
  string,
  string,
  string,
  string,
  string,
];
const [TEA, CAKE, YES, NO] = [51, 52, 53, 54].map(id) as [string, string, string, string];
const CLOSED_AT = '2026-01-02T00:00:00.000Z';

const option = (
  id: string,
  text: string,
  position: number,
  votes: number | null,
  userIds: string[],
): object => ({
  id,
  text,
  position,
  votes,
  userIds,
});
const about = { resultsVisibility: 'live', closesAt: null, closedAt: null, closedBy: null };
const OPEN_STATE = {
  ...about,
  id: OPEN,
  question: 'What?',
  options: [option(TEA, 'tea', 0, 2, [CAM, BOB]), option(CAKE, 'cake', 1, 1, [BOB])],
  multipleChoice: true,
  maxChoices: 2,
  anonymous: false,
  voters: 2,
};
const CLOSED_STATE = {
  ...about,
  id: CLOSED,
  question: 'Well?',
  options: [option(YES, 'yes', 0, 1, []), option(NO, 'no', 1, 1, [])],
  multipleChoice: false,
  maxChoices: 1,
  anonymous: true,
  resultsVisibility: 'closed',
  voters: 2,
  closesAt: CLOSED_AT,
  closedAt: CLOSED_AT,
};

/** A group of ann with two polls: one is open, one was anonymous and closed at its time. */
export const VALID_POLLS = `
  INSERT INTO conversations (id, type) VALUES ('${POLLS}', 'group');
  INSERT INTO conversation_members (conversation_id, user_id, role) VALUES ('${POLLS}', '${ANN}', 'owner');
  SELECT append_message('${OPEN_MESSAGE}', '${POLLS}', '${ANN}', 'poll', 'What?', NULL, '${JSON.stringify(OPEN_STATE)}', NULL, NULL, NULL, 'open');
  SELECT append_message('${CLOSED_MESSAGE}', '${POLLS}', '${ANN}', 'poll', 'Well?', NULL, '${JSON.stringify(CLOSED_STATE)}', NULL, NULL, NULL, 'closed');
  INSERT INTO polls (id, message_id, question, multiple_choice, max_choices, anonymous, results_visibility, closes_at) VALUES
    ('${OPEN}', '${OPEN_MESSAGE}', 'What?', true, 2, false, 'live', NULL),
    ('${CLOSED}', '${CLOSED_MESSAGE}', 'Well?', false, NULL, true, 'closed', '${CLOSED_AT}');
  INSERT INTO poll_options (id, poll_id, text, position) VALUES ('${TEA}', '${OPEN}', 'tea', 0),
    ('${CAKE}', '${OPEN}', 'cake', 1), ('${YES}', '${CLOSED}', 'yes', 0), ('${NO}', '${CLOSED}', 'no', 1);
  INSERT INTO poll_votes (poll_id, option_id, user_id, multiple_choice, created_at) VALUES
    ('${OPEN}', '${TEA}', '${BOB}', true, '2026-01-01T12:00:00Z'), ('${OPEN}', '${CAKE}', '${BOB}', true, '2026-01-01T12:00:00Z'),
    ('${OPEN}', '${TEA}', '${CAM}', true, '2026-01-01T06:00:00Z'), ('${CLOSED}', '${YES}', '${BOB}', false, '2026-01-01'),
    ('${CLOSED}', '${NO}', '${CAM}', false, '2026-01-01');
  UPDATE polls SET closed_at = closes_at WHERE id = '${CLOSED}'`;

const votesFor = (
  id: string,
  text: string,
  position: number,
  votes: number | null,
  ...userIds: string[]
): string =>
  `{"id": "${id}", "text": "${text}", "votes": ${votes}, "userIds": [${userIds.map((one) => `"${one}"`).join(', ')}], "position": ${position}}`;
const says = (voters: number, ...options: string[]): string =>
  `{"id": "${OPEN}", "voters": ${voters}, "options": [${options.join(', ')}], "closedAt": null, "closedBy": null, "closesAt": null, "anonymous": false, "maxChoices": 2, "multipleChoice": true, "resultsVisibility": "live"}`;
const VALID_PAYLOAD = says(2, votesFor(TEA, 'tea', 0, 2, CAM, BOB), votesFor(CAKE, 'cake', 1, 1, BOB));

/** The anonymous poll with its voters in the payload, and a user that voted twice and too late. */
export const CORRUPTED_ANONYMOUS_POLLS = `
  INSERT INTO poll_votes VALUES ('${CLOSED}', '${NO}', '${BOB}', false, '2026-01-02 00:00:00.001Z');
  UPDATE messages SET payload = jsonb_set(jsonb_set(payload, '{options,0,userIds}', '["${BOB}"]'), '{options,1,userIds}', '["${CAM}", "${BOB}"]')
    WHERE id = '${CLOSED_MESSAGE}'`;
/** The anonymity is stored in two places, one of which loses it. */
export const DECLARED_PUBLIC: [where: string, sql: string][] = [
  ['nowhere', ''],
  ['in the poll', `UPDATE polls SET anonymous = false WHERE id = '${CLOSED}'`],
  [
    'in the message',
    `UPDATE messages SET payload = payload || '{"anonymous": false}' WHERE id = '${CLOSED_MESSAGE}'`,
  ],
];
export const OF_ANONYMOUS = new RegExp(`${CLOSED}|${CLOSED_MESSAGE}`);
export const VOTERS = new RegExp(`${BOB}|${CAM}`);

/** Kind of corruption, violated invariant, SQL of the corruption, and expected words of the check. */
export const CORRUPTED_POLLS: [title: string, invariant: string, sql: string, words: string][] = [
  [
    'a poll message without a poll',
    'a poll has a message with its question',
    `DELETE FROM polls WHERE id = '${OPEN}'`,
    `message ${OPEN_MESSAGE}: of type poll, but without a poll`,
  ],
  [
    'a poll of a deleted message',
    'a poll has a message with its question',
    `ALTER TABLE messages DISABLE TRIGGER messages_soft_delete_remove_poll;
     UPDATE messages SET content = NULL, payload = NULL, deleted_at = now() WHERE id = '${OPEN_MESSAGE}'`,
    `message ${OPEN_MESSAGE}: deleted, but its poll exists`,
  ],
  [
    'a poll with another question than its message',
    'a poll has a message with its question',
    `UPDATE messages SET content = 'Who?' WHERE id = '${OPEN_MESSAGE}'`,
    `message ${OPEN_MESSAGE}: content Who?, question of the poll What?`,
  ],
  [
    'a vote that is not counted',
    'the payload of a poll equals its votes',
    `INSERT INTO poll_votes (poll_id, option_id, user_id, multiple_choice) VALUES ('${OPEN}', '${CAKE}', '${ANN}', true)`,
    `poll ${OPEN}: payload ${VALID_PAYLOAD}, votes ${says(3, votesFor(TEA, 'tea', 0, 2, CAM, BOB), votesFor(CAKE, 'cake', 1, 2, BOB, ANN))}`,
  ],
  [
    'voters in another order',
    'the payload of a poll equals its votes',
    `UPDATE poll_votes SET created_at = '2026-01-01' WHERE user_id = '${BOB}' AND option_id = '${TEA}'`,
    `poll ${OPEN}: payload ${VALID_PAYLOAD}, votes ${says(2, votesFor(TEA, 'tea', 0, 2, BOB, CAM), votesFor(CAKE, 'cake', 1, 1, BOB))}`,
  ],
  [
    'an anonymous poll with a voter',
    'an anonymous poll names no voter, and a poll with hidden results no counts',
    `UPDATE messages SET payload = jsonb_set(payload, '{options,0,userIds}', '["${BOB}"]') WHERE id = '${CLOSED_MESSAGE}'`,
    `message ${CLOSED_MESSAGE}: [${votesFor(YES, 'yes', 0, 1).replace('[]', '[a user]')}, ${votesFor(NO, 'no', 1, 1)}]`,
  ],
  [
    'a poll with hidden results that shows counts',
    'an anonymous poll names no voter, and a poll with hidden results no counts',
    `UPDATE polls SET closed_at = NULL WHERE id = '${CLOSED}'`,
    `message ${CLOSED_MESSAGE}: [${votesFor(YES, 'yes', 0, 1)}, ${votesFor(NO, 'no', 1, 1)}]`,
  ],
  [
    'a user with too many votes',
    'no user has more votes than allowed',
    `UPDATE polls SET max_choices = 1 WHERE id = '${OPEN}'`,
    `poll ${OPEN}: user ${BOB} has 2 of 1 votes`,
  ],
  [
    'two votes in a single-choice poll',
    'no user has more votes than allowed',
    `INSERT INTO poll_votes VALUES ('${CLOSED}', '${NO}', '${BOB}', false, '2026-01-01')`,
    `poll ${CLOSED}: a user has 2 of 1 votes`,
  ],
  [
    'votes after the close',
    'no vote is later than the close of its poll',
    `UPDATE polls SET closed_at = '2026-01-01 06:00:00.001Z' WHERE id = '${OPEN}'`,
    `poll ${OPEN}: closed at 2026-01-01T06:00:00.001Z, but user ${BOB} voted at 2026-01-01T12:00:00.000Z`,
  ],
  [
    'a vote after the close of an anonymous poll',
    'no vote is later than the close of its poll',
    `INSERT INTO poll_votes VALUES ('${CLOSED}', '${NO}', '${ANN}', false, '2026-01-02 00:00:00.001Z')`,
    `poll ${CLOSED}: closed at ${CLOSED_AT}, but a user voted at 2026-01-02T00:00:00.001Z`,
  ],
  [
    'a poll closed after its closing time',
    'a poll is closed by its closing time',
    `UPDATE polls SET closed_at = '2026-01-02 00:00:01Z' WHERE id = '${CLOSED}'`,
    `poll ${CLOSED}: closing time ${CLOSED_AT}, closed at 2026-01-02T00:00:01.000Z`,
  ],
];
