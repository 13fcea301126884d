import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { InboxController } from './inbox.controller.js';
import { InboxGateway } from './inbox.gateway.js';
import { InboxService } from './inbox.service.js';

/** Module of the conversation list and unread counts. */
@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  controllers: [InboxController],
  providers: [InboxService, InboxGateway],
})
export class InboxModule {}
