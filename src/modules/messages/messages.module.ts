import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { UsersModule } from '../users/users.module.js';
import { HistoryService } from './history.service.js';
import { MessagesController } from './messages.controller.js';
import { MessagesGateway } from './messages.gateway.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

@Module({
  imports: [UsersModule, ConversationsModule],
  controllers: [MessagesController],
  providers: [MessagesRepository, MessagesService, HistoryService, MessagesGateway],
  exports: [MessagesService],
})
export class MessagesModule {}
