import { Client } from 'pg';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { deleteMessage, editMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import type { SearchResultPageDto } from '../../../src/modules/search/dto/search.dto.js';
import { IndexerRepository } from '../../../src/modules/search/indexer.repository.js';
import { searchMessages } from '../../../src/modules/search/search.contract.js';
import { tokenize } from '../../../src/modules/search/tokenizer.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import {
  bothTransports,
  type TestActor,
  type ScenarioContext,
} from '../../support/clients/both-transports.js';
import { expectInvariants } from '../../support/concurrency/invariants.js';
import { createDatabase } from '../../support/environment/test-database.js';
import { expectData, restTransport, type Answer } from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { startNode } from '../../support/servers/server-nodes.js';
import { createUser } from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

type Sql = ScenarioContext['sql'];

/** Waits until all messages are indexed. */
async function isRead(sql: Sql): Promise<void> {
  await waitUntil(async () => (await sql('SELECT FROM search_index_queue')).length === 0);
}

const requestSearch = (
  { rest }: Pick<TestActor, 'rest'>,
  input: object,
): Promise<Answer<SearchResultPageDto>> => rest.request(searchMessages, input);

async function found(actor: Pick<TestActor, 'rest'>, input: object): Promise<string[]> {
  const { items } = await expectData(requestSearch(actor, input));
  return items.map(({ message }) => message.id);
}

async function pages(actor: Pick<TestActor, 'rest'>, input: object): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: SearchResultPageDto = await expectData(requestSearch(actor, { ...input, cursor }));
    ids.push(...page.items.map(({ message }) => message.id));
    cursor = page.nextCursor;
  }
  return ids;
}

async function fieldErrors(pending: Promise<Answer<unknown>>): Promise<unknown> {
  const answer = await pending;
  if (answer.ok) throw new Error('The request was accepted.');
  return [answer.error.code, answer.error.errors];
}

const idsOf = (messages: MessageDto[]): string[] => messages.map(({ id }) => id);

describe('A search', () => {
  bothTransports(
    'finds readable messages, newest first, with highlights',
    async ({ alice, bob, carol, ...context }) => {
      const { dm, group, sendText, sql } = context;
      const [withBob, team, withCarol] = [await dm(), await group(), await dm('carol')];
      const first = await sendText(bob, withBob, 'Grüße aus Köln!');
      const second = await sendText(alice, team, 'In KÖLN, nicht in Köln-Deutz');
      const other = await sendText(carol, withCarol, 'Ein Zug nach Koln');
      await sendText(bob, withBob, 'Kölner');
      await isRead(sql);
      expect(await found(alice, { q: 'köln' })).toEqual(idsOf([other, second, first]));
      expect(await found(bob, { q: 'KOLN' })).toEqual(idsOf([second, first]));
      expect(await found(carol, { q: 'köln' })).toEqual([other.id]);
      expect(await found(bob, { q: 'zug' })).toEqual([]);
      expect(await found(bob, { q: 'köln grüße' })).toEqual([first.id]);

      const { items, users } = await expectData(requestSearch(bob, { q: 'köln, in' }));
      expect(items).toEqual([{ message: second, highlights: [[0, 2], [3, 4], [15, 2], [18, 4]].map(toHighlight) }]); // prettier-ignore
      expect(Object.keys(users)).toEqual([alice.id]);
    },
  );

  bothTransports('supports many scripts', async ({ alice, bob, dm, sendText, sql }) => {
    const conversationId = await dm();
    const sentMessages = {
      chinese: await sendText(alice, conversationId, '我们明天在东京都见面👍🏽'),
      japanese: await sendText(bob, conversationId, 'ｶﾞｲﾄﾞと京都へ行きます'),
      korean: await sendText(alice, conversationId, '서울에서 만나요'),
      thai: await sendText(bob, conversationId, 'สวัสดีครับ'),
      arabic: await sendText(alice, conversationId, 'كتـــاب جديد'),
      hindi: await sendText(bob, conversationId, 'नमस्ते दुनिया'),
      russian: await sendText(alice, conversationId, 'Ёлка и йод'),
      vietnamese: await sendText(bob, conversationId, 'Tiếng Việt'),
      emoji: await sendText(alice, conversationId, '😀 '.repeat(50) + 'smile'),
    };
    await isRead(sql);
    const names = async (q: string): Promise<string[]> => {
      const ids = await found(bob, { q });
      return ids.map((id) => Object.entries(sentMessages).find(([, message]) => message.id === id)![0]);
    };
    expect(await names('京')).toEqual(['japanese', 'chinese']);
    expect(await names('京都')).toEqual(['japanese', 'chinese']);
    expect(await names('东京都 明天')).toEqual(['chinese']);
    expect(await names('ガイド')).toEqual(['japanese']);
    expect(await names('서울')).toEqual(['korean']);
    expect(await names('สวัสดี')).toEqual(['thai']);
    expect(await names('كتاب')).toEqual(['arabic']);
    expect(await names('दुनिया')).toEqual(['hindi']);
    expect(await names('ЕЛКА йод')).toEqual(['russian']);
    expect(await names('tieng viet')).toEqual(['vietnamese']);
    const [{ highlights } = { highlights: [] }] = (await expectData(requestSearch(bob, { q: 'SMILE' })))
      .items;
    expect(highlights).toEqual([{ start: 150, length: 5 }]);
    expect(highlights[0] && sentMessages.emoji.content!.substr(150, 5)).toBe('smile');
  });

  bothTransports(
    'filters by conversation, sender, type and time',
    async ({ alice, bob, dm, group, sendText, sql }) => {
      const [withBob, team] = [await dm(), await group()];
      const [one, two] = [await sendText(alice, withBob, 'plan a'), await sendText(bob, withBob, 'plan b')];
      const [three, four] = [await sendText(alice, team, 'plan c'), await sendText(bob, team, 'plan d')];
      await isRead(sql);
      await sql(`UPDATE message_search SET type = 'file' WHERE message_id = '${four.id}'`);
      const of = (input: object): Promise<string[]> => found(bob, { q: 'plan', ...input });
      expect(await of({})).toEqual(idsOf([four, three, two, one]));
      expect(await of({ conversationId: withBob })).toEqual(idsOf([two, one]));
      expect(await of({ senderId: alice.id })).toEqual(idsOf([three, one]));
      expect(await of({ senderId: alice.id, conversationId: team })).toEqual([three.id]);
      expect(await of({ type: 'text' })).toEqual(idsOf([three, two, one]));
      expect(await of({ type: 'file' })).toEqual([four.id]);
      expect(await of({ from: two.createdAt })).toEqual(idsOf([four, three, two]));
      expect(await of({ to: three.createdAt })).toEqual(idsOf([two, one]));
      expect(await of({ from: two.createdAt, to: four.createdAt })).toEqual(idsOf([three, two]));
      expect(await of({ from: four.createdAt, to: one.createdAt })).toEqual([]);
      expect(await of({ from: '0001-01-01T00:00Z', to: '9999-12-31T23:59:59.999Z' })).toHaveLength(4);
    },
  );

  bothTransports(
    'accepts long queries and rejects queries without a word',
    async ({ alice, bob, dm, sendText, sql }) => {
      const conversationId = await dm();
      const alphabet = Array.from({ length: 40 }, (_, index) => `w${index}`).join(' ');
      const all = await sendText(alice, conversationId, alphabet);
      await sendText(alice, conversationId, alphabet.replace('w17', ''));
      const long = await sendText(alice, conversationId, '汉字'.repeat(5_000));
      const emoji = await sendText(alice, conversationId, '👍');
      await isRead(sql);
      expect(await found(bob, { q: alphabet })).toEqual([all.id]);
      expect(await found(bob, { q: '汉字'.repeat(100) })).toEqual([long.id]);
      for (const q of ['👍', '…', ' ?! '])
        expect(await fieldErrors(requestSearch(bob, { q }))).toEqual([
          'validation_failed',
          [{ field: 'q', code: 'no_search_terms' }],
        ]);
      expect(await sql(`SELECT keys FROM message_search WHERE message_id = '${emoji.id}'`)).toEqual([
        { keys: [] },
      ]);
    },
  );

  bothTransports(
    'continues page by page while messages arrive',
    async ({ alice, bob, dm, group, sendText, sql }) => {
      const places = [await dm(), await group()];
      const sentMessages: MessageDto[] = [];
      for (let index = 0; index < 12; index++)
        sentMessages.unshift(await sendText(alice, places[index % 2]!, `hay ${index}`));
      await isRead(sql);
      await sql(
        `UPDATE message_search SET created_at = '${sentMessages[3]!.createdAt}' WHERE seq BETWEEN 2 AND 4`,
      );
      const allIds = await found(bob, { q: 'hay' });
      expect([...allIds].sort()).toEqual(idsOf(sentMessages).sort());
      for (const limit of [1, 3, 11, 12]) expect(await pages(bob, { q: 'hay', limit })).toEqual(allIds);

      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: SearchResultPageDto = await expectData(
          requestSearch(bob, { q: 'hay', limit: 2, cursor }),
        );
        seen.push(...page.items.map(({ message }) => message.id));
        cursor = page.nextCursor;
        await sendText(alice, places[0]!, 'more hay');
        await isRead(sql);
      }
      expect(seen).toEqual(allIds);
      expect(await found(bob, { q: 'hay' })).toHaveLength(18);
    },
  );

  bothTransports(
    'returns no inaccessible messages',
    async ({ alice, bob, carol, dm, group, sendText, sql }) => {
      const [withCarol, team] = [await dm('carol'), await group()];
      const [secret, visible] = [
        await sendText(alice, withCarol, 'needle one'),
        await sendText(alice, team, 'needle two'),
      ];
      await isRead(sql);
      expect(await found(bob, { q: 'needle' })).toEqual([visible.id]);
      const unknown = { q: 'needle', conversationId: UNKNOWN_ID };
      const errorOf = async (input: object): Promise<unknown> => {
        const answer = await requestSearch(bob, input);
        return !answer.ok && { ...answer.error, requestId: '' };
      };
      expect(await errorOf({ q: 'needle', conversationId: withCarol })).toEqual(await errorOf(unknown));
      expect(await errorOf(unknown)).toMatchObject({ code: 'not_found' });
      expect(await found(bob, { q: 'needle', senderId: carol.id })).toEqual([]);

      await expectData(alice.transport.request(removeMember, { conversationId: team, userId: bob.id }));
      expect(await found(bob, { q: 'needle' })).toEqual([]);
      expect(await found(alice, { q: 'needle' })).toEqual(idsOf([visible, secret]));
    },
  );

  bothTransports(
    'does not find edited, deleted or hidden texts',
    async ({ alice, bob, dm, sendText, sql }) => {
      const conversationId = await dm();
      const [one, two, three] = [
        await sendText(alice, conversationId, 'a red apple'),
        await sendText(alice, conversationId, 'a red pear'),
        await sendText(alice, conversationId, 'a red plum'),
      ];
      await isRead(sql);
      await expectData(alice.transport.request(editMessage, { messageId: one.id, content: 'a green apple' }));
      expect(await found(bob, { q: 'red' })).toEqual(idsOf([three, two]));
      await expectData(alice.transport.request(deleteMessage, { messageId: two.id }));
      expect(await found(bob, { q: 'red' })).toEqual([three.id]);
      expect(await sql(`SELECT FROM message_search WHERE message_id = '${two.id}'`)).toEqual([]);
      await isRead(sql);
      expect(await found(bob, { q: 'green' })).toEqual([one.id]);
      await expectData(bob.transport.request(hideMessage, { messageId: three.id }));
      const page = await expectData(requestSearch(bob, { q: 'a', limit: 1 }));
      expect([page.items, page.nextCursor]).toEqual([[], expect.any(String)]);
      expect(await pages(bob, { q: 'a', limit: 1 })).toEqual([one.id]);
      expect(await pages(alice, { q: 'a' })).toEqual(idsOf([three, one]));
      expect(await sql('SELECT FROM search_index_queue')).toEqual([]);
    },
  );
});

describe('A message', () => {
  it('sent without a running indexer is found after its start', async () => {
    const database = await createDatabase();
    const before = await startNode(database);
    const [alice, bob] = [await createUser(before, 'alice'), await createUser(before, 'bob')];
    const { id: conversationId } = await expectData(
      restTransport(before.url, alice.token).request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    await before.stop();
    await query(
      database.url,
      `SELECT append_message(gen_random_uuid(), '${conversationId}', '${alice.id}', 'text', 'Left ' || n,
         NULL, NULL, NULL, NULL, NULL, 'c' || n) FROM generate_series(1, 250) n;
       INSERT INTO search_index_queue SELECT gen_random_uuid() FROM generate_series(1, 250)`,
    );

    const [one, other] = [await startNode(database), await startNode(database)];
    const rest = restTransport(other.url, bob.token);
    await isRead((text) => query(database.url, text));
    expect(await pages({ rest }, { q: 'left' })).toHaveLength(250);
    expect(await found({ rest }, { q: 'left 17' })).toHaveLength(1);
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    await expectInvariants(sql);
    const keysQuery = `SELECT keys = ARRAY(SELECT search_key(conversation_id, word) FROM unnest($1::text[]) word) AS is_equal FROM message_search WHERE seq = 7`;
    expect((await sql.query(keysQuery, [tokenize('Left 7')])).rows).toEqual([{ is_equal: true }]);
    await sql.end();
    await one.stop();
    await other.stop();
    await database.drop();
  });

  it('is found after an outage of the database', async () => {
    const database = await createDatabase();
    const node = await startNode(database);
    const [alice, bob] = [await createUser(node, 'alice'), await createUser(node, 'bob')];
    const rest = restTransport(node.url, alice.token);
    const { id: conversationId } = await expectData(
      rest.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    await query(
      database.ownerUrl,
      'REVOKE SELECT ON search_index_queue FROM messaging_app; REVOKE DELETE ON search_index_queue FROM messaging_app',
    );
    const claims = jest.spyOn(node.app.get(IndexerRepository), 'claimQueueEntries');
    const { id } = await expectData(rest.request(sendMessage, { conversationId, content: 'All the same' }));
    await waitUntil(() => claims.mock.results.length > 0);
    await expect(claims.mock.results[0]!.value).rejects.toThrow('permission denied');
    claims.mockRestore();
    await query(database.ownerUrl, 'GRANT SELECT, DELETE ON search_index_queue TO messaging_app');
    await isRead((text) => query(database.ownerUrl, text));
    expect(await found({ rest }, { q: 'same' })).toEqual([id]);
    await node.stop();
    await database.drop();
  });
});

function toHighlight([start, length]: number[]): object {
  return { start, length };
}
