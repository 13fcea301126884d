import { Injectable } from '@nestjs/common';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { conversationNew } from './conversations.contract.js';
import { ConversationQueryService } from './conversation-query.service.js';

/** Tells people that they are in a conversation: all of it, with their own side. */
@Injectable()
export class NewcomersService {
  constructor(
    private readonly views: ConversationQueryService,
    private readonly publisher: Publisher,
  ) {}

  async publishJoined(userIds: readonly string[], conversationId: string): Promise<void> {
    for (const [userId, view] of await this.views.forMembers(userIds, conversationId))
      if (userId) this.publisher.publish(conversationNew, view, toUsers(userId));
  }
}
