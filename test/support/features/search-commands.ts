import type { SearchResultPageDto } from '../../../src/modules/search/dto/search.dto.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { searchMessages } from '../../../src/modules/search/search.contract.js';
import type { ScenarioContext, TestActor } from '../clients/both-transports.js';
import { expectData, type Answer } from '../clients/transports.js';
import { waitUntil } from '../environment/wait-until.js';

type Sql = ScenarioContext['sql'];

/** Waits until all messages are indexed. */
export async function waitUntilIndexed(sql: Sql): Promise<void> {
  await waitUntil(async () => (await sql('SELECT FROM search_index_queue')).length === 0);
}

export const requestSearch = (
  { rest }: Pick<TestActor, 'rest'>,
  input: object,
): Promise<Answer<SearchResultPageDto>> => rest.request(searchMessages, input);

export async function findMessageIds(actor: Pick<TestActor, 'rest'>, input: object): Promise<string[]> {
  const { items } = await expectData(requestSearch(actor, input));
  return items.map(({ message }) => message.id);
}

export async function findAllMessageIds(actor: Pick<TestActor, 'rest'>, input: object): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: SearchResultPageDto = await expectData(requestSearch(actor, { ...input, cursor }));
    ids.push(...page.items.map(({ message }) => message.id));
    cursor = page.nextCursor;
  }
  return ids;
}

export const idsOf = (messages: MessageDto[]): string[] => messages.map(({ id }) => id);
