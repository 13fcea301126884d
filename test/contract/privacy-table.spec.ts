import type { PollOptionDto, PollStateDto } from '../../src/modules/messages/dto/poll-state.dto.js';
import { query } from '../support/servers/embedded-postgres-fixture.js';
import {
  PrivacyFixture,
  READS,
  SECRET_WORDS,
  type PrivacyRole,
} from '../support/contract/privacy-fixture.js';
import type { Answer } from '../support/clients/transports.js';
import { startTestServer, type TestServer } from '../support/servers/test-server.js';

/** Content that the answers of all reads must not contain, by reader. */
const NEVER: [title: string, reader: PrivacyRole, pattern: RegExp][] = [
  [
    'deleted content is not visible to a member',
    'bob',
    new RegExp(`${SECRET_WORDS.deleted}|${SECRET_WORDS.before}`),
  ],
  [
    'deleted content is not visible to its sender',
    'alice',
    new RegExp(`${SECRET_WORDS.deleted}|${SECRET_WORDS.before}`),
  ],
  ['a hidden message is not visible to the user that hid it', 'bob', new RegExp(SECRET_WORDS.hidden)],
  ['nothing is visible to a removed member', 'former', new RegExp(`words|${SECRET_WORDS.title}`)],
  ['nothing is visible to an outsider', 'outsider', new RegExp(`words|${SECRET_WORDS.title}`)],
];

const reads = READS.map((operation) => [operation.name, operation] as const);

describe('The privacy table', () => {
  let server: TestServer;
  let fixture: PrivacyFixture;

  beforeAll(async () => {
    server = await startTestServer({ localAccounts: true });
    fixture = await PrivacyFixture.open(server);
  });
  afterAll(async () => {
    fixture.close();
    await server.stop();
  });

  describe.each(NEVER)('%s:', (_title, reader, pattern) => {
    it.each(reads)('%s', async (_name, operation) => {
      const answers = await fixture.read(operation, reader);
      expect(answers.map(codeOf)).not.toContain('validation_failed');
      for (const answer of answers)
        expect(JSON.stringify(answer) + (await fixture.filesIn(answer))).not.toMatch(pattern);
    });
  });

  it('other content is visible to all members', async () => {
    const found = await Promise.all(READS.map((operation) => fixture.read(operation, 'bob')));
    const names = READS.filter((_, index) => JSON.stringify(found[index]).includes(SECRET_WORDS.kept));
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'draft.list',
        'mention.list',
        'message.get',
        'message.list',
        'message.search',
        'pin.list',
        'poll.get',
        'poll.list',
        'saved_message.list',
        'scheduled_message.list',
        'sync',
        'thread.list',
      ]),
    );
  });

  describe('nothing in a deleted conversation is visible to a member before the membership ends:', () => {
    beforeAll(() => fixture.setDeleted(true));
    afterAll(() => fixture.setDeleted(false));

    it.each(reads)('%s', async (_name, operation) => {
      const callIds = Object.values(fixture.calls).join('|');
      for (const answer of await fixture.read(operation, 'bob'))
        expect(JSON.stringify(answer)).not.toMatch(new RegExp(`words|${SECRET_WORDS.title}|${callIds}`));
    });
  });

  it('deleted content is in no row of any table', async () => {
    const { ownerUrl } = server.database;
    const tables = await query<{ name: string }>(
      ownerUrl,
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema IN ('public', 'pgboss') AND table_type = 'BASE TABLE'`,
    );
    const pattern = new RegExp(`${SECRET_WORDS.deleted}|${SECRET_WORDS.before}`);
    for (const { name } of tables) {
      const rows = JSON.stringify(await query(ownerUrl, `SELECT t::text FROM ${name} t`));
      expect([name, pattern.test(rows)]).toEqual([name, false]);
    }
  });

  describe('voters of an anonymous poll appear only in user searches:', () => {
    const readsWithUsers = [
      'member.list',
      'user.list',
      'conversation.list',
      'conversation.get',
      'message_receipt.list',
      'sync',
    ];

    it.each(reads)('%s', async (name, operation) => {
      const answers = await Promise.all([fixture.read(operation, 'bob'), fixture.read(operation, 'alice')]);
      for (const answer of answers.flat()) {
        expect(anonymousOptions(answer).filter(({ userIds }) => userIds.length > 0)).toEqual([]);
        if (!readsWithUsers.includes(name))
          expect(JSON.stringify(answer)).not.toContain(fixture.anonymousVoterId);
      }
    });
  });

  describe('read positions are hidden in both directions by a user that hides them:', () => {
    it.each(reads)('%s', async (_name, operation) => {
      const { userWithHiddenReads } = fixture.users;
      for (const answer of await fixture.read(operation, 'bob'))
        expect(disclosedReads(answer).filter(({ userId }) => userId === userWithHiddenReads.id)).toEqual([]);
      for (const answer of await fixture.read(operation, 'userWithHiddenReads'))
        expect(disclosedReads(answer).filter(({ userId }) => userId !== userWithHiddenReads.id)).toEqual([]);
    });
  });

  describe('a block is indistinguishable from an inactive user:', () => {
    it.each(reads)('%s', async (_name, operation) => {
      const request = async (): Promise<unknown[]> =>
        [
          ...(await fixture.read(operation, 'blockedUser')),
          ...(await fixture.read(operation, 'blockedUser', fixture.dm)),
        ].map(withoutRequestIdAndTime);
      await fixture.block(true);
      const blocked = await request();
      await fixture.block(false);
      await fixture.setActive('alice', false);
      const inactive = await request();
      await fixture.setActive('alice', true);
      expect(blocked).toEqual(inactive);
    });
  });
});

function codeOf(answer: Answer<unknown>): string {
  return answer.ok ? 'ok' : answer.error.code;
}

/** Options of all anonymous polls in an answer. */
function anonymousOptions(value: unknown): PollOptionDto[] {
  if (typeof value !== 'object' || value === null) return [];
  const nested = Object.values(value).flatMap(anonymousOptions);
  const { anonymous, options } = value as Partial<PollStateDto>;
  return anonymous && options ? [...nested, ...options] : nested;
}

interface DisclosedRead {
  userId: string;
}

/** Read positions and read times of a user in an answer. */
function disclosedReads(value: unknown): DisclosedRead[] {
  if (typeof value !== 'object' || value === null) return [];
  const nested = Object.values(value).flatMap(disclosedReads);
  const { userId, ...rest } = value as { userId?: string };
  const isDisclosed = Object.entries(rest).some(([key, value]) => /^read/.test(key) && value !== null);
  return userId && isDisclosed ? [...nested, { userId }] : nested;
}

function withoutRequestIdAndTime(answer: Answer<unknown>): unknown {
  return answer.ok ? { ...(answer.data as object), usersAsOf: '' } : { ...answer.error, requestId: '' };
}
