import { uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { deleteMessage, editMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { expectData, type Answer } from '../../support/clients/transports.js';
import { createTextFile } from '../../support/uploads/sample-files.js';
import {
  findAllMessageIds,
  findMessageIds,
  idsOf,
  requestSearch,
  waitUntilIndexed,
} from '../../support/features/search-commands.js';

async function fieldErrors(pending: Promise<Answer<unknown>>): Promise<unknown> {
  const answer = await pending;
  if (answer.ok) throw new Error('The request was accepted.');
  return [answer.error.code, answer.error.errors];
}

describe('A search', () => {
  bothTransports(
    'finds readable messages, newest first, with highlights',
    async ({ alice, bob, carol, ...context }) => {
      const { dm, group, sendText, sql } = context;
      const [withBob, team, withCarol] = [await dm(), await group(), await dm('carol')];
      const first = await sendText(bob, withBob, 'Grüße aus Köln!');
      const second = await sendText(alice, team, 'In KÖLN, nicht in Köln-Deutz');
      const other = await sendText(carol, withCarol, 'Ein Zug nach Koln');
      const beginning = await sendText(bob, withBob, 'Kölner');
      await sendText(bob, withBob, 'Neukölln');
      await waitUntilIndexed(sql);
      expect(await findMessageIds(alice, { q: 'kölne' })).toEqual([beginning.id]);
      await expectData(bob.transport.request(deleteMessage, { messageId: beginning.id }));
      expect(await findMessageIds(alice, { q: 'köln' })).toEqual(idsOf([other, second, first]));
      expect(await findMessageIds(bob, { q: 'KOLN' })).toEqual(idsOf([second, first]));
      expect(await findMessageIds(carol, { q: 'köln' })).toEqual([other.id]);
      expect(await findMessageIds(bob, { q: 'zug' })).toEqual([]);
      expect(await findMessageIds(bob, { q: 'köln grüße' })).toEqual([first.id]);

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
      vietnamese: await sendText(bob, conversationId, 'Tiếng Việt ở Đà Nẵng'),
      hebrew: await sendText(alice, conversationId, 'שָׁלוֹם לכם'),
      pointed: await sendText(bob, conversationId, 'مُحَمَّد كَتَبَ'),
      code: await sendText(alice, conversationId, 'Rewrite it in C++, C# or .NET 👍🏽'),
      emoji: await sendText(alice, conversationId, '😀 '.repeat(50) + 'smile'),
    };
    await waitUntilIndexed(sql);
    const names = async (q: string): Promise<string[]> => {
      const ids = await findMessageIds(bob, { q });
      return ids.map((id) => Object.entries(sentMessages).find(([, message]) => message.id === id)![0]);
    };
    expect(await names('京')).toEqual(['japanese', 'chinese']);
    expect(await names('京都')).toEqual(['japanese', 'chinese']);
    expect(await names('东京都 明天')).toEqual(['chinese']);
    expect(await names('ガイド')).toEqual(['japanese']);
    expect(await names('서울')).toEqual(['korean']);
    expect(await names('สวัสดี')).toEqual(['thai']);
    expect(await names('كتاب')).toEqual(['arabic']);
    expect(await names('محمد كتب')).toEqual(['pointed']);
    expect(await names('שלום')).toEqual(['hebrew']);
    expect(await names('da nang')).toEqual(['vietnamese']);
    for (const q of ['c++', 'C#', '.net', '👍', 'c++ 👍🏿']) expect(await names(q)).toContain('code');
    expect(await names('c+++')).toEqual([]);
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
      await waitUntilIndexed(sql);
      await sql(`UPDATE message_search SET type = 'file' WHERE message_id = '${four.id}'`);
      const of = (input: object): Promise<string[]> => findMessageIds(bob, { q: 'plan', ...input });
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
      await waitUntilIndexed(sql);
      expect(await findMessageIds(bob, { q: alphabet })).toEqual([all.id]);
      expect(await findMessageIds(bob, { q: '汉字'.repeat(100) })).toEqual([long.id]);
      expect(await findMessageIds(bob, { q: '👍' })).toEqual([emoji.id]);
      for (const q of ['…', ' ?! '])
        expect(await fieldErrors(requestSearch(bob, { q }))).toEqual([
          'validation_failed',
          [{ field: 'q', code: 'no_search_terms' }],
        ]);
    },
  );

  bothTransports('finds the end of the longest texts', async ({ alice, bob, dm, sendText, sql }) => {
    const conversationId = await dm();
    const ideographs = Array.from({ length: 9_990 }, (_, index) => String.fromCodePoint(0x4e00 + index));
    const chinese = await sendText(alice, conversationId, `${ideographs.join('')}龍門鳳凰台`);
    const words = Array.from({ length: 1_600 }, (_, index) => `word${index}`).join(' ');
    const english = await sendText(alice, conversationId, `${words.slice(0, 9_900)} finally`);
    await waitUntilIndexed(sql);
    expect(await findMessageIds(bob, { q: '鳳凰台' })).toEqual([chinese.id]);
    expect(await findMessageIds(bob, { q: 'final' })).toEqual([english.id]);
  });

  bothTransports('finds captions and words of file names', async ({ alice, bob, dm, sql }) => {
    const conversationId = await dm();
    const upload = async (filename: string): Promise<{ attachmentId: string }> => {
      const file = createTextFile('Contents', filename);
      return { attachmentId: (await expectData(alice.rest.request(uploadAttachment, { file }))).id };
    };
    const media = [await upload('Quarterly-Résumé_final.pdf'), await upload('photo.of.cats.txt')];
    const input = { conversationId, type: 'file', content: 'See the numbers', media };
    const message = await expectData(alice.transport.request(sendMessage, input));
    await waitUntilIndexed(sql);
    const { items } = await expectData(requestSearch(bob, { q: 'numbers resume' }));
    expect(items).toMatchObject([{ message: { id: message.id }, highlights: [{ start: 8, length: 7 }] }]);
    for (const q of ['final', 'cats', '.pdf', 'quarter cat'])
      expect(await findMessageIds(bob, { q })).toEqual([message.id]);
    expect(await findMessageIds(bob, { q: 'contents' })).toEqual([]);
    await expectData(alice.transport.request(editMessage, { messageId: message.id, content: null }));
    await waitUntilIndexed(sql);
    expect([await findMessageIds(bob, { q: 'numbers' }), await findMessageIds(bob, { q: 'final' })]).toEqual([
      [],
      [message.id],
    ]);
    await expectData(alice.transport.request(deleteMessage, { messageId: message.id }));
    expect(await findMessageIds(bob, { q: 'final' })).toEqual([]);
    expect(await sql(`SELECT FROM message_search WHERE message_id = '${message.id}'`)).toEqual([]);
  });

  bothTransports(
    'returns no inaccessible messages',
    async ({ alice, bob, carol, dm, group, sendText, sql }) => {
      const [withCarol, team] = [await dm('carol'), await group()];
      const [secret, visible] = [
        await sendText(alice, withCarol, 'needle one'),
        await sendText(alice, team, 'needle two'),
      ];
      await waitUntilIndexed(sql);
      expect(await findMessageIds(bob, { q: 'needle' })).toEqual([visible.id]);
      const unknown = { q: 'needle', conversationId: UNKNOWN_ID };
      const errorOf = async (input: object): Promise<unknown> => {
        const answer = await requestSearch(bob, input);
        return !answer.ok && { ...answer.error, requestId: '' };
      };
      expect(await errorOf({ q: 'needle', conversationId: withCarol })).toEqual(await errorOf(unknown));
      expect(await errorOf(unknown)).toMatchObject({ code: 'not_found' });
      expect(await findMessageIds(bob, { q: 'needle', senderId: carol.id })).toEqual([]);

      await expectData(alice.transport.request(removeMember, { conversationId: team, userId: bob.id }));
      expect(await findMessageIds(bob, { q: 'needle' })).toEqual([]);
      expect(await findMessageIds(alice, { q: 'needle' })).toEqual(idsOf([visible, secret]));
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
      await waitUntilIndexed(sql);
      await expectData(alice.transport.request(editMessage, { messageId: one.id, content: 'a green apple' }));
      expect(await findMessageIds(bob, { q: 'red' })).toEqual(idsOf([three, two]));
      await expectData(alice.transport.request(deleteMessage, { messageId: two.id }));
      expect(await findMessageIds(bob, { q: 'red' })).toEqual([three.id]);
      expect(await sql(`SELECT FROM message_search WHERE message_id = '${two.id}'`)).toEqual([]);
      await waitUntilIndexed(sql);
      expect(await findMessageIds(bob, { q: 'green' })).toEqual([one.id]);
      await expectData(bob.transport.request(hideMessage, { messageId: three.id }));
      const page = await expectData(requestSearch(bob, { q: 'a', limit: 1 }));
      expect([page.items, page.nextCursor]).toEqual([[], expect.any(String)]);
      expect(await findAllMessageIds(bob, { q: 'a', limit: 1 })).toEqual([one.id]);
      expect(await findAllMessageIds(alice, { q: 'a' })).toEqual(idsOf([three, one]));
      expect(await sql('SELECT FROM search_index_queue')).toEqual([]);
    },
  );
});

function toHighlight([start, length]: number[]): object {
  return { start, length };
}
