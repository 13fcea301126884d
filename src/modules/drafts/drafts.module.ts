import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { DraftsController } from './drafts.controller.js';
import { DraftsGateway } from './drafts.gateway.js';
import { DraftsRepository } from './drafts.repository.js';
import { DraftsService } from './drafts.service.js';

/** Module of unsent text. */
@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  controllers: [DraftsController],
  providers: [DraftsRepository, DraftsService, DraftsGateway],
  exports: [DraftsService],
})
export class DraftsModule {}
