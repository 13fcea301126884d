import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { ScheduledMessageCleanupService } from './scheduled-message-cleanup.service.js';
import { ScheduledMessageJobs } from './scheduled-messages.jobs.js';
import { ScheduledMessageSendingService } from './scheduled-message-sending.service.js';
import { ScheduledMessageChangesService } from './scheduled-message-changes.service.js';
import { ScheduledMessagesController } from './scheduled-messages.controller.js';
import { ScheduledMessagesGateway } from './scheduled-messages.gateway.js';
import { ScheduledMessagesRepository } from './scheduled-messages.repository.js';
import { ScheduledMessagesService } from './scheduled-messages.service.js';

/** Module of messages with a send time. */
@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  controllers: [ScheduledMessagesController],
  providers: [
    ScheduledMessagesRepository,
    ScheduledMessageChangesService,
    ScheduledMessageSendingService,
    ScheduledMessageJobs,
    ScheduledMessageCleanupService,
    ScheduledMessagesService,
    ScheduledMessagesGateway,
  ],
  exports: [ScheduledMessagesService],
})
export class ScheduledMessagesModule {}
