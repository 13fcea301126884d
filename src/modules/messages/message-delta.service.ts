import { Injectable } from '@nestjs/common';
import { MessageDeltaRepository, type Span } from './message-delta.repository.js';
import { MessageDto, type MessageRow } from './dto/message.dto.js';

export type { Span };

/** Messages of many conversations at once, as one person sees them. It asks nobody's rights: its caller has. */
@Injectable()
export class MessageDeltaService {
  constructor(private readonly changes: MessageDeltaRepository) {}

  async between(userId: string, spans: readonly Span[], limit: number): Promise<Map<string, MessageDto[]>> {
    return byConversation(await this.changes.between(userId, spans, limit));
  }

  async newest(
    userId: string,
    conversationIds: readonly string[],
    limit: number,
  ): Promise<Map<string, MessageDto[]>> {
    return byConversation(await this.changes.newest(userId, conversationIds, limit));
  }

  async byIds(userId: string, ids: readonly string[]): Promise<Map<string, MessageDto[]>> {
    return byConversation(await this.changes.byIds(userId, ids));
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
