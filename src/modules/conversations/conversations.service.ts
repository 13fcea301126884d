import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { toMembers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { ConversationDeletionService } from './conversation-deletion.service.js';
import { ConversationQueryService } from './conversation-query.service.js';
import { ConversationsAccess } from './conversations.access.js';
import { conversationUpdated } from './conversations.contract.js';
import { ConversationsRepository } from './conversations.repository.js';
import type { ConversationDto, ConversationStateDto, UpdateConversationDto } from './dto/conversation.dto.js';
import type { ConversationIdDto } from './dto/create-conversation.dto.js';

/** Reading, updating and deleting a conversation. Creation is in ConversationCreationService. */
@Injectable()
export class ConversationsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly conversations: ConversationsRepository,
    private readonly deletion: ConversationDeletionService,
    private readonly conversationQuery: ConversationQueryService,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  async getConversation(user: AuthUser, { conversationId }: ConversationIdDto): Promise<ConversationDto> {
    await this.access.requireMember(user, conversationId);
    return this.conversationQuery.getConversationForMember(user.userId, conversationId);
  }

  updateConversation(
    user: AuthUser,
    { conversationId, ...change }: UpdateConversationDto,
  ): Promise<ConversationStateDto> {
    return this.unitOfWork.run(async () => {
      const { type } = await this.access.lockAndAuthorize(user, conversationId, 'conversation.update');
      if (type !== 'channel' && change.isPrivate === false)
        throw validationError([{ field: 'isPrivate', code: 'not_allowed_for_type' }]);
      if (type === 'channel' && change.title === null)
        throw validationError([{ field: 'title', code: 'required' }]);
      const membersVersion = await this.conversations.updateConversationRow(conversationId, change);
      const state = await this.conversationQuery.getState(conversationId);
      if (membersVersion)
        this.publisher.publish(conversationUpdated, state, toMembers(conversationId, membersVersion));
      return state;
    });
  }

  deleteConversation(user: AuthUser, { conversationId }: ConversationIdDto): Promise<ConversationIdDto> {
    return this.unitOfWork.run(async () => {
      await this.access.lockAndAuthorize(user, conversationId, 'conversation.delete');
      await this.deletion.deleteLocked(conversationId);
      return { conversationId };
    });
  }
}
