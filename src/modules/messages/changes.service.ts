import { Injectable } from '@nestjs/common';
import { ChangesRepository, type Span } from './changes.repository.js';
import { MessageDto, type MessageRow } from './dto/message.dto.js';

export type { Span };

/** Messages of many conversations at once, for who brings somebody up to date. It asks nobody's rights: its caller has. */
@Injectable()
export class ChangesService {
  constructor(private readonly changes: ChangesRepository) {}

  async between(spans: readonly Span[], limit: number): Promise<Map<string, MessageDto[]>> {
    return byConversation(await this.changes.between(spans, limit));
  }

  async newest(conversationIds: readonly string[], limit: number): Promise<Map<string, MessageDto[]>> {
    return byConversation(await this.changes.newest(conversationIds, limit));
  }

  async byIds(ids: readonly string[]): Promise<Map<string, MessageDto[]>> {
    return byConversation(await this.changes.byIds(ids));
  }
}

function byConversation(rows: MessageRow[]): Map<string, MessageDto[]> {
  const found = new Map<string, MessageDto[]>();
  for (const row of rows) {
    const messages = found.get(row.conversation_id) ?? [];
    messages.push(MessageDto.from(row));
    found.set(row.conversation_id, messages);
  }
  return found;
}
