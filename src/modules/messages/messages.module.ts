import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { UsersModule } from '../users/users.module.js';
import { ChangesRepository } from './changes.repository.js';
import { ChangesService } from './changes.service.js';
import { ChangingService } from './changing.service.js';
import { HistoryService } from './history.service.js';
import { MentionsRepository } from './mentions/mentions.repository.js';
import { MentionsService } from './mentions/mentions.service.js';
import { MessagesController } from './messages.controller.js';
import { MessagesGateway } from './messages.gateway.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';
import { SendLane } from './send-lane.js';

@Module({
  imports: [UsersModule, ConversationsModule],
  controllers: [MessagesController],
  providers: [
    MessagesRepository,
    SendLane,
    ChangesRepository,
    MentionsRepository,
    ChangingService,
    MentionsService,
    MessagesService,
    HistoryService,
    ChangesService,
    MessagesGateway,
  ],
  exports: [MessagesService, ChangesService],
})
export class MessagesModule {}
