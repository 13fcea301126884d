import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { DueService } from './due.service.js';
import { ScheduledController } from './scheduled.controller.js';
import { ScheduledGateway } from './scheduled.gateway.js';
import { ScheduledRepository } from './scheduled.repository.js';
import { ScheduledService } from './scheduled.service.js';

@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  controllers: [ScheduledController],
  providers: [ScheduledRepository, DueService, ScheduledService, ScheduledGateway],
  exports: [ScheduledService],
})
export class ScheduledModule {}
