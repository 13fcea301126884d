import type { MessagePageDto } from '../../../src/modules/messages/dto/list-messages.dto.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { listMessages } from '../../../src/modules/messages/messages.contract.js';
import { expectData, type Transport } from './transports.js';

const PAGE = 100;

/** Complete history, oldest first, page by page. */
export async function readHistory(transport: Transport, conversationId: string): Promise<MessageDto[]> {
  const history: MessageDto[] = [];
  let place: object | null = { after: 0 };
  while (place) {
    const page: MessagePageDto = await expectData(
      transport.request(listMessages, { conversationId, timeline: 'all', limit: PAGE, ...place }),
    );
    history.push(...page.items);
    place = page.nextCursor === null ? null : { cursor: page.nextCursor };
  }
  return history;
}
