import { Injectable } from '@nestjs/common';
import { MessageDto, type MessageRow } from './dto/message.dto.js';
import { MessageQueryRepository, type VersionRange } from './message-query.repository.js';

export type { VersionRange };

/**
 * Messages of several conversations as seen by the given user, by conversation. The caller has checked that the user is a
 * member.
 */
@Injectable()
export class MessageDeltaService {
  constructor(private readonly messages: MessageQueryRepository) {}

  /** Messages changed in these ranges of versions, in the order of versions, up to `limit` for each range. */
  async findChangedMessages(
    userId: string,
    ranges: readonly VersionRange[],
    limit: number,
  ): Promise<Map<string, MessageDto[]>> {
    return groupByConversation(await this.messages.findChangedMessages(userId, ranges, limit));
  }

  /** Newest messages, oldest first, up to `limit` for each conversation. */
  async findNewestMessages(
    userId: string,
    conversationIds: readonly string[],
    limit: number,
  ): Promise<Map<string, MessageDto[]>> {
    return groupByConversation(await this.messages.findNewestMessages(userId, conversationIds, limit));
  }

  async findMessagesByIds(userId: string, ids: readonly string[]): Promise<Map<string, MessageDto[]>> {
    return groupByConversation(await this.messages.findMessagesByIds(userId, ids));
  }
}

function groupByConversation(rows: MessageRow[]): Map<string, MessageDto[]> {
  const messagesByConversation = new Map<string, MessageDto[]>();
  for (const row of rows) {
    const messages = messagesByConversation.get(row.conversation_id) ?? [];
    messages.push(MessageDto.from(row));
    messagesByConversation.set(row.conversation_id, messages);
  }
  return messagesByConversation;
}
