import { execFile } from 'node:child_process';
import type { Client } from 'pg';
import { check } from '../tools/check-history/check.js';
import { OF_CONVERSATIONS, OF_PEOPLE } from '../tools/check-history/invariants.js';
import { CAM, GOOD, UNCHECKED } from './proof/good-history.js';
import { SPOILED } from './proof/spoiled-histories.js';
import { connect, undone } from './schema/sql.js';
import { createDatabase, type TestDatabase } from './setup/database.js';

const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [ANN, BOB, CAM, DM, GROUP, CHANNEL] = [1, 2, 3, 11, 12, 13].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

/** Two people in a DM and three in a group and a channel, as the server would leave them. */
const GOOD = `
  INSERT INTO users (id, tms_user_id, me_version, blocks_version)
    VALUES ('${ANN}', 'ann', 7, 7), ('${BOB}', 'bob', 3, 0), ('${CAM}', 'cam', 2, 0);
  INSERT INTO conversations (id, type, title, dm_user_low, dm_user_high) VALUES
    ('${DM}', 'dm', NULL, '${ANN}', '${BOB}'), ('${GROUP}', 'group', NULL, NULL, NULL), ('${CHANNEL}', 'channel', 'News', NULL, NULL);
  INSERT INTO conversation_members (conversation_id, user_id, role, version) VALUES
    ('${DM}', '${ANN}', 'member', 1), ('${DM}', '${BOB}', 'member', 1),
    ('${GROUP}', '${ANN}', 'owner', 2), ('${GROUP}', '${BOB}', 'admin', 2), ('${GROUP}', '${CAM}', 'member', 1),
    ('${CHANNEL}', '${ANN}', 'owner', 3), ('${CHANNEL}', '${BOB}', 'owner', 3), ('${CHANNEL}', '${CAM}', 'member', 2);
  SELECT append_message(gen_random_uuid(), conversation_id, user_id, 'text', 'Hello', NULL, NULL, NULL, NULL, NULL, 'c' || conversation_id)
    FROM conversation_members;
  SELECT append_message('${id(21)}', '${GROUP}', '${ANN}', 'text', 'Well', NULL, NULL, NULL, NULL, NULL, 'well');
  SELECT append_message('${id(22)}', '${GROUP}', '${BOB}', 'text', 'Well?', NULL, NULL, NULL, '${id(21)}', NULL, 'what');
  SELECT append_message('${id(23)}', '${GROUP}', '${BOB}', 'text', 'Psst', NULL, NULL, NULL, NULL, '${id(21)}', 'thread');
  SELECT append_message('${id(24)}', '${GROUP}', '${BOB}', 'system', 'Bob knocks', NULL, NULL, NULL, NULL, NULL, 'note');
  SELECT append_message('${id(25)}', '${DM}', '${BOB}', 'text', 'Hi', NULL, NULL, NULL, NULL, NULL, 'hi');
  UPDATE conversation_members SET last_delivered_seq = 2, last_read_seq = 2, unread_from_seq = 1 WHERE conversation_id = '${GROUP}';
  UPDATE conversation_members SET last_delivered_seq = 1, last_read_seq = 1, unread_from_seq = NULL, version = 7 WHERE user_id = '${ANN}'`;

/** What PostgreSQL holds by itself, so that it can be spoiled all the same. */
const UNCHECKED = `
  ALTER TABLE conversations DROP CONSTRAINT conversations_counters_check;
  ALTER TABLE conversation_members DROP CONSTRAINT conversation_members_marks_check;
  ALTER TABLE conversation_members DROP CONSTRAINT conversation_members_unread_check`;

type Spoil = [what: string, invariant: string, sql: string, words: string];

const SPOILED: Spoil[] = [
  [
    'a lost message',
    'seq runs without gaps',
    `DELETE FROM messages WHERE id = '${id(22)}'`,
    `conversation ${GROUP}: seq runs from 1 to 7, but there are 6 messages, from 1 to 7`,
  ],
  [
    'a lost newest message',
    'seq runs without gaps',
    `DELETE FROM messages WHERE id = '${id(25)}'`,
    `conversation ${DM}: seq runs from 1 to 3, but there are 2 messages, from 1 to 2`,
  ],
  [
    'a message beyond the newest',
    'seq runs without gaps',
    `UPDATE conversations SET last_seq = 6 WHERE id = '${GROUP}'`,
    `conversation ${GROUP}: seq runs from 1 to 6, but there are 7 messages, from 1 to 7`,
  ],
  [
    'messages that retention took without a word',
    'seq runs without gaps',
    `DELETE FROM messages WHERE conversation_id = '${CHANNEL}' AND seq = 1`,
    `conversation ${CHANNEL}: seq runs from 1 to 3, but there are 2 messages, from 2 to 3`,
  ],
  [
    'a newest message that nobody knows to be unread',
    'the newest message that can be unread is known',
    `UPDATE conversations SET last_main_seq = 4 WHERE id = '${GROUP}'`,
    `conversation ${GROUP}: last_main_seq is 4, but the newest such message has seq 5`,
  ],
  [
    'a version that stood still',
    'each message was a version of its own',
    `UPDATE messages SET version = seq WHERE conversation_id = '${DM}';
     UPDATE conversations SET version = 3 WHERE id = '${DM}'`,
    `conversation ${DM}: version 3, after 3 messages`,
  ],
  [
    'a message from a version to come',
    'no message is from a version to come',
    `UPDATE messages SET version = 9 WHERE id = '${id(25)}'`,
    `message ${id(25)}: seq 3, version 9, in conversation ${DM} of version 4`,
  ],
  [
    'a message from a version before its own',
    'no message is from a version to come',
    `UPDATE messages SET version = 3 WHERE id = '${id(25)}'`,
    `message ${id(25)}: seq 3, version 3, in conversation ${DM} of version 4`,
  ],
  [
    'a list of members from a version to come',
    'the list of members is from no version to come',
    `UPDATE conversations SET members_version = 9 WHERE id = '${DM}'`,
    `conversation ${DM}: members_version 9, version 4`,
  ],
  [
    'a group without an owner',
    'a group or channel has an owner',
    `UPDATE conversation_members SET role = 'admin' WHERE conversation_id = '${GROUP}'`,
    `conversation ${GROUP}: a group without an owner`,
  ],
  [
    'a channel without anybody',
    'a group or channel has an owner',
    `DELETE FROM conversation_members WHERE conversation_id = '${CHANNEL}'`,
    `conversation ${CHANNEL}: a channel without an owner`,
  ],
  [
    'a DM of one',
    'a DM has its two people',
    `DELETE FROM conversation_members WHERE conversation_id = '${DM}' AND user_id = '${BOB}'`,
    `conversation ${DM}: a DM of ${ANN} and ${BOB}, with the members {${ANN}}`,
  ],
  [
    'a DM of three',
    'a DM has its two people',
    `INSERT INTO conversation_members (conversation_id, user_id) VALUES ('${DM}', '${CAM}')`,
    `conversation ${DM}: a DM of ${ANN} and ${BOB}, with the members {${ANN},${BOB},${CAM}}`,
  ],
  [
    'a mark beyond the newest message',
    'marks are in their order',
    `UPDATE conversation_members SET last_delivered_seq = 9 WHERE conversation_id = '${DM}' AND user_id = '${BOB}'`,
    `member ${BOB} of conversation ${DM}: unread from nowhere, read 0, delivered 9, last_seq 3`,
  ],
  [
    'read before it was delivered',
    'marks are in their order',
    `UPDATE conversation_members SET last_read_seq = 3 WHERE conversation_id = '${DM}' AND user_id = '${ANN}'`,
    `member ${ANN} of conversation ${DM}: unread from nowhere, read 3, delivered 1, last_seq 3`,
  ],
  [
    'unread by hand, but not yet read',
    'marks are in their order',
    `UPDATE conversation_members SET unread_from_seq = 3 WHERE conversation_id = '${GROUP}' AND user_id = '${CAM}'`,
    `member ${CAM} of conversation ${GROUP}: unread from 3, read 2, delivered 2, last_seq 7`,
  ],
  [
    'a receipt of one’s own message',
    'a receipt is of what is there, and of what the mark has passed',
    `INSERT INTO message_status (message_id, user_id, status, delivered_at, read_at) VALUES ('${id(25)}', '${BOB}', 'delivered', now(), NULL)`,
    `message ${id(25)}: delivered to ${BOB}`,
  ],
  [
    'a receipt of what is not yet read',
    'a receipt is of what is there, and of what the mark has passed',
    `UPDATE conversation_members SET last_delivered_seq = 7 WHERE user_id = '${CAM}';
     INSERT INTO message_status (message_id, user_id, status, delivered_at, read_at) VALUES ('${id(21)}', '${CAM}', 'read', now(), now())`,
    `message ${id(21)}: read to ${CAM}`,
  ],
  [
    'a receipt of what was deleted',
    'a receipt is of what is there, and of what the mark has passed',
    `UPDATE messages SET content = NULL, deleted_at = now() WHERE id = '${id(21)}';
     UPDATE conversation_members SET last_delivered_seq = 7, last_read_seq = 7 WHERE user_id = '${CAM}';
     INSERT INTO message_status (message_id, user_id, status, delivered_at, read_at) VALUES ('${id(21)}', '${CAM}', 'read', now(), now())`,
    `message ${id(21)}: read to ${CAM}`,
  ],
  [
    'a text that nobody will find',
    'a text can be found, or is noted to be read for that',
    `DELETE FROM search_pending WHERE message_id = '${id(25)}'`,
    `message ${id(25)} of conversation ${DM}: it cannot be found, and is not noted`,
  ],
  [
    'a text that is to be read again',
    'a text can be found, or is noted to be read for that',
    `INSERT INTO message_search SELECT id, conversation_id, seq, sender_id, type, now(), '{}' FROM messages WHERE id = '${id(25)}'`,
    `message ${id(25)} of conversation ${DM}: it can be found, and is noted`,
  ],
  [
    'the words of a text that is gone',
    'a text can be found, or is noted to be read for that',
    `UPDATE messages SET content = NULL, deleted_at = now() WHERE id = '${id(25)}';
     INSERT INTO message_search SELECT id, conversation_id, seq, sender_id, type, now(), '{}' FROM messages WHERE id = '${id(25)}'`,
    `message ${id(25)} of conversation ${DM}: it can be found, and has no text`,
  ],
  [
    'a reply to a message elsewhere',
    'what a message refers to is in its conversation',
    `UPDATE messages SET reply_to_id = '${id(25)}' WHERE id = '${id(22)}'`,
    `message ${id(22)} of conversation ${GROUP} refers to message ${id(25)} of conversation ${DM}`,
  ],
  [
    'a thread of a message elsewhere',
    'what a message refers to is in its conversation',
    `UPDATE messages SET thread_root_id = '${id(25)}' WHERE id = '${id(23)}'`,
    `message ${id(23)} of conversation ${GROUP} refers to message ${id(25)} of conversation ${DM}`,
  ],
  [
    'a membership from a version to come',
    'no membership is from a version to come',
    `UPDATE users SET me_version = 1 WHERE id = '${CAM}'`,
    `member ${CAM} of conversation ${CHANNEL}: version 2, but me_version is 1`,
  ],
  [
    'blocks from a version to come',
    'no block is from a version to come',
    `UPDATE users SET blocks_version = 4 WHERE id = '${BOB}'`,
    `user ${BOB}: blocks_version 4, but me_version is 3`,
  ],
  [
    'two changes with one version',
    'each change of a membership was a version of its own',
    `UPDATE conversation_members SET version = 2 WHERE user_id = '${CAM}'`,
    `user ${CAM}: version 2 is that of the conversations {${GROUP},${CHANNEL}}`,
  ],
];

describe('The check of a database', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createDatabase();
    client = await connect(database.ownerUrl);
    await client.query(GOOD);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('finds nothing where everything is as it must be', async () => {
    expect(await check(client)).toEqual({ conversations: 3, messages: 13, people: 3, violations: [] });
  });

  it.each(SPOILED)('finds %s', async (_what, invariant, sql, words) => {
    const { violations } = await undone(client, async () => {
      await client.query(`${UNCHECKED}; ${sql}`);
      return check(client);
    });
    expect(violations).toContain(`${invariant}? No: ${words}`);
  });

  it('is spoiled here in every way that it looks for', () => {
    const spoiled = new Set(SPOILED.map(([_what, invariant]) => invariant));
    expect([...spoiled]).toEqual([...Object.keys(OF_CONVERSATIONS), ...Object.keys(OF_PEOPLE)]);
  });

  it('goes through more than one step', async () => {
    await undone(client, async () => {
      await client.query(
        `INSERT INTO conversations (id, type) SELECT gen_random_uuid(), 'group' FROM generate_series(1, 1500)`,
      );
      await client.query(
        `INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), 'host-' || n FROM generate_series(1, 1500) n`,
      );
      const { conversations, people, violations } = await check(client);
      expect([conversations, people]).toEqual([1503, 1503]);
      expect(violations).toHaveLength(200); // of all groups without an owner, the first hundred of each step
    });
  });

  it('is a command, with a summary and an exit code', async () => {
    expect(await run({ DATABASE_URL: database.url })).toEqual([
      0,
      '3 conversations, 13 messages, 3 people: all as it must be\n',
    ]);
    await client.query(`UPDATE users SET me_version = 1 WHERE id = '${CAM}'`);
    const [code, output] = await run({ DATABASE_URL: database.url });
    expect([code, output.split('\n').length]).toEqual([1, 3]);
    expect(await run({ DATABASE_URL: '' })).toEqual([2, 'Set DATABASE_URL to the database to check.\n']);
  });
});

function run(env: NodeJS.ProcessEnv): Promise<[code: number, output: string]> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } };
    const child = execFile(
      'node_modules/.bin/tsx',
      ['tools/check-history/main.ts'],
      options,
      (_error, ...output) => {
        resolve([child.exitCode ?? -1, output.join('')]);
      },
    );
  });
}
