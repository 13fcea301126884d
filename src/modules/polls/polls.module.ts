import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { ClosingService } from './closing.service.js';
import { PollsAccess } from './polls.access.js';
import { PollsController } from './polls.controller.js';
import { PollsGateway } from './polls.gateway.js';
import { PollsRepository } from './polls.repository.js';
import { PollsService } from './polls.service.js';
import { ResultsService } from './results.service.js';
import { VotesRepository } from './votes.repository.js';
import { VotesService } from './votes.service.js';

@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  controllers: [PollsController],
  providers: [
    PollsRepository,
    VotesRepository,
    PollsAccess,
    ResultsService,
    ClosingService,
    VotesService,
    PollsService,
    PollsGateway,
  ],
})
export class PollsModule {}
