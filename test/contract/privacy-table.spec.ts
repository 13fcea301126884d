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
const NEVER: [what: string, who: PrivacyRole, words: RegExp][] = [
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
  ['nothing is visible to an outsider', 'stranger', new RegExp(`words|${SECRET_WORDS.title}`)],
];

const reads = READS.map((operation) => [operation.name, operation] as const);

describe('The privacy table', () => {
  let server: TestServer;
  let scene: PrivacyFixture;

  beforeAll(async () => {
    server = await startTestServer({ localAccounts: true });
    scene = await PrivacyFixture.open(server);
  });
  afterAll(async () => {
    scene.close();
    await server.stop();
  });

  describe.each(NEVER)('%s:', (_what, who, words) => {
    it.each(reads)('%s', async (_name, operation) => {
      const answers = await scene.read(operation, who);
      expect(answers.map(codeOf)).not.toContain('validation_failed');
      for (const answer of answers)
        expect(JSON.stringify(answer) + (await scene.filesIn(answer))).not.toMatch(words);
    });
  });

  it('other content is visible to all members', async () => {
    const found = await Promise.all(READS.map((operation) => scene.read(operation, 'bob')));
    const names = READS.filter((_, index) => JSON.stringify(found[index]).includes(SECRET_WORDS.kept));
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'message.get',
        'message.list',
        'message.search',
        'pin.list',
        'poll.get',
        'poll.list',
        'sync',
      ]),
    );
  });

  it('deleted content is in no row of any table', async () => {
    const { ownerUrl } = server.database;
    const tables = await query<{ name: string }>(
      ownerUrl,
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema IN ('public', 'pgboss') AND table_type = 'BASE TABLE'`,
    );
    const words = new RegExp(`${SECRET_WORDS.deleted}|${SECRET_WORDS.before}`);
    for (const { name } of tables) {
      const rows = JSON.stringify(await query(ownerUrl, `SELECT t::text FROM ${name} t`));
      expect([name, words.test(rows)]).toEqual([name, false]);
    }
  });

  describe('voters of an anonymous poll appear only in user searches:', () => {
    const ofPeople = [
      'member.list',
      'user.list',
      'conversation.list',
      'conversation.get',
      'message_receipt.list',
      'sync',
    ];

    it.each(reads)('%s', async (name, operation) => {
      const answers = await Promise.all([scene.read(operation, 'bob'), scene.read(operation, 'alice')]);
      for (const answer of answers.flat()) {
        expect(anonymousOptions(answer).filter(({ userIds }) => userIds.length > 0)).toEqual([]);
        if (!ofPeople.includes(name)) expect(JSON.stringify(answer)).not.toContain(scene.quiet);
      }
    });
  });

  describe('read positions are hidden in both directions by a user that hides them:', () => {
    it.each(reads)('%s', async (_name, operation) => {
      const { hider } = scene.users;
      for (const answer of await scene.read(operation, 'bob'))
        expect(readsTold(answer).filter(({ userId }) => userId === hider.id)).toEqual([]);
      for (const answer of await scene.read(operation, 'hider'))
        expect(readsTold(answer).filter(({ userId }) => userId !== hider.id)).toEqual([]);
    });
  });

  describe('a block is indistinguishable from an inactive user:', () => {
    it.each(reads)('%s', async (_name, operation) => {
      const ask = async (): Promise<unknown[]> =>
        [...(await scene.read(operation, 'eve')), ...(await scene.read(operation, 'eve', scene.dm))].map(
          withoutRequestId,
        );
      await scene.block(true);
      const blocked = await ask();
      await scene.block(false);
      await scene.setActive('alice', false);
      const inactive = await ask();
      await scene.setActive('alice', true);
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
  const within = Object.values(value).flatMap(anonymousOptions);
  const { anonymous, options } = value as Partial<PollStateDto>;
  return anonymous && options ? [...within, ...options] : within;
}

interface Told {
  userId: string;
}

/** Read positions and read times of a user in an answer. */
function readsTold(value: unknown): Told[] {
  if (typeof value !== 'object' || value === null) return [];
  const within = Object.values(value).flatMap(readsTold);
  const { userId, ...rest } = value as { userId?: string };
  const tells = Object.entries(rest).some(([key, told]) => /^read/.test(key) && told !== null);
  return userId && tells ? [...within, { userId }] : within;
}

function withoutRequestId(answer: Answer<unknown>): unknown {
  return answer.ok ? answer.data : { ...answer.error, requestId: '' };
}
