import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import type { SearchResultPageDto } from '../../../src/modules/search/dto/search.dto.js';
import { overRest } from '../../support/clients/both-transports.js';
import { expectData } from '../../support/clients/transports.js';
import {
  findAllMessageIds,
  findMessageIds,
  idsOf,
  requestSearch,
  waitUntilIndexed,
} from '../../support/features/search-commands.js';

describe('A search', () => {
  overRest(
    'continues page by page while messages arrive',
    async ({ alice, bob, dm, group, sendText, sql }) => {
      const places = [await dm(), await group()];
      const sentMessages: MessageDto[] = [];
      for (let index = 0; index < 12; index++)
        sentMessages.unshift(await sendText(alice, places[index % 2]!, `hay ${index}`));
      await waitUntilIndexed(sql);
      await sql(
        `UPDATE message_search SET created_at = '${sentMessages[3]!.createdAt}' WHERE seq BETWEEN 2 AND 4`,
      );
      const allIds = await findMessageIds(bob, { q: 'hay' });
      expect([...allIds].sort()).toEqual(idsOf(sentMessages).sort());
      for (const limit of [1, 3, 11, 12])
        expect(await findAllMessageIds(bob, { q: 'hay', limit })).toEqual(allIds);

      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: SearchResultPageDto = await expectData(
          requestSearch(bob, { q: 'hay', limit: 2, cursor }),
        );
        seen.push(...page.items.map(({ message }) => message.id));
        cursor = page.nextCursor;
        await sendText(alice, places[0]!, 'more hay');
        await waitUntilIndexed(sql);
      }
      expect(seen).toEqual(allIds);
      expect(await findMessageIds(bob, { q: 'hay' })).toHaveLength(18);
    },
  );

  overRest('reads many blocks of two conversations in order', async ({ alice, bob, dm, group, sql }) => {
    const places = [await dm(), await group()];
    await sql(
      `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, created_at)
       SELECT gen_random_uuid(), (ARRAY['${places.join(`','`)}'])[1 + (n > 40 AND n % 3 = 0)::int]::uuid, n, n, '${alice.id}',
         'hay ' || CASE n % 500 WHEN 7 THEN 'needle' ELSE '' END, now() - (3000 - n / 4) * interval '1 s'
       FROM generate_series(2, 2200) n`,
    );
    await waitUntilIndexed(sql);
    const expected = await sql<{ id: string }>(
      `SELECT id, content LIKE '%needle%' AS is_rare FROM messages WHERE conversation_id IN ('${places.join(`','`)}') AND content LIKE 'hay%'
       ORDER BY created_at DESC, seq DESC, id DESC`,
    );
    expect(await findAllMessageIds(bob, { q: 'hay', limit: 50 })).toEqual(expected.map(({ id }) => id));
    const rare = expected.filter((row) => (row as { is_rare?: boolean }).is_rare).map(({ id }) => id);
    for (const limit of [2, 50]) expect(await findAllMessageIds(bob, { q: 'needle', limit })).toEqual(rare);
    expect(await findAllMessageIds(bob, { q: 'needle', conversationId: places[1], limit: 1 })).toHaveLength(
      rare.length - (await findAllMessageIds(bob, { q: 'needle', conversationId: places[0] })).length,
    );
  });

  overRest('ends a page after many blocks', async ({ alice, bob, dm, sendText, sql }) => {
    const conversationId = await dm();
    const message = await sendText(alice, conversationId, 'needle');
    await waitUntilIndexed(sql);
    await sql(
      `INSERT INTO search_blocks SELECT '${conversationId}', n, now() + n * interval '1 s', now() + n * interval '1 s'
       FROM generate_series(1, 4500) n`,
    );
    const first = await expectData(requestSearch(bob, { q: 'needle' }));
    expect([first.items, first.nextCursor]).toEqual([[], expect.any(String)]);
    expect(await findAllMessageIds(bob, { q: 'needle' })).toEqual([message.id]);
  });
});
