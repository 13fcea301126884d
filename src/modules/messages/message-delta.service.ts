import { Injectable } from '@nestjs/common';
import { groupByConversation } from '../../kernel/database/row-of.js';
import { MessageDto } from './dto/message.dto.js';
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
    return groupByConversation(await this.messages.findChangedMessages(userId, ranges, limit), (row) =>
      MessageDto.from(row),
    );
  }

  /** Newest messages of the main timeline, oldest first, up to `limit` for each conversation. */
  async findNewestMessages(
    userId: string,
    conversationIds: readonly string[],
    limit: number,
  ): Promise<Map<string, MessageDto[]>> {
    return groupByConversation(
      await this.messages.findNewestMessages(userId, conversationIds, limit),
      (row) => MessageDto.from(row),
    );
  }

  async findMessagesByIds(userId: string, ids: readonly string[]): Promise<Map<string, MessageDto[]>> {
    return groupByConversation(await this.messages.findMessagesByIds(userId, ids), (row) =>
      MessageDto.from(row),
    );
  }
}
