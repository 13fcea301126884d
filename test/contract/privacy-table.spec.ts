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

/** Who must not find what, in the answer of anything that reads. */
const NEVER: [what: string, who: PrivacyRole, words: RegExp][] = [
  [
    'what was deleted is not for who stayed',
    'bob',
    new RegExp(`${SECRET_WORDS.deleted}|${SECRET_WORDS.before}`),
  ],
  [
    'what was deleted is not for who wrote it',
    'alice',
    new RegExp(`${SECRET_WORDS.deleted}|${SECRET_WORDS.before}`),
  ],
  ['what I have hidden is not for me', 'bob', new RegExp(SECRET_WORDS.hidden)],
  ['nothing is for who was removed', 'former', new RegExp(`words|${SECRET_WORDS.title}`)],
  ['nothing is for who never was there', 'stranger', new RegExp(`words|${SECRET_WORDS.title}`)],
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

  it('and what is nobody’s secret is found by all who are there', async () => {
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

  it('what was deleted is in no row of any table', async () => {
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

  describe('who voted in an anonymous poll is found only by who looks for people:', () => {
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

  describe('how far somebody has read is not for others who hides it, nor theirs for them:', () => {
    it.each(reads)('%s', async (_name, operation) => {
      const { hider } = scene.users;
      for (const answer of await scene.read(operation, 'bob'))
        expect(readsTold(answer).filter(({ userId }) => userId === hider.id)).toEqual([]);
      for (const answer of await scene.read(operation, 'hider'))
        expect(readsTold(answer).filter(({ userId }) => userId !== hider.id)).toEqual([]);
    });
  });

  describe('a block cannot be told from somebody inactive:', () => {
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

/** The options of all anonymous polls in an answer. */
function anonymousOptions(value: unknown): PollOptionDto[] {
  if (typeof value !== 'object' || value === null) return [];
  const within = Object.values(value).flatMap(anonymousOptions);
  const { anonymous, options } = value as Partial<PollStateDto>;
  return anonymous && options ? [...within, ...options] : within;
}

interface Told {
  userId: string;
}

/** Whatever in an answer says of a person how far, or when, they have read. */
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
