import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { PollClosingService } from './poll-closing.service.js';
import { PollsAccess } from './polls.access.js';
import { PollsController } from './polls.controller.js';
import { PollsGateway } from './polls.gateway.js';
import { PollsRepository } from './polls.repository.js';
import { PollsService } from './polls.service.js';
import { PollResultsService } from './poll-results.service.js';
import { PollVotesRepository } from './poll-votes.repository.js';
import { PollVotesService } from './poll-votes.service.js';

/** Module of polls, votes and results. */
@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  controllers: [PollsController],
  providers: [
    PollsRepository,
    PollVotesRepository,
    PollsAccess,
    PollResultsService,
    PollClosingService,
    PollVotesService,
    PollsService,
    PollsGateway,
  ],
})
export class PollsModule {}
