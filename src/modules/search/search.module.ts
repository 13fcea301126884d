import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { Indexer } from './indexer.js';
import { IndexerRepository } from './indexer.repository.js';
import { SearchController } from './search.controller.js';
import { SearchRepository } from './search.repository.js';
import { SearchResultsService } from './search-results.service.js';
import { SearchService } from './search.service.js';

/** Module of the full-text index and the message search. */
@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  controllers: [SearchController],
  providers: [SearchRepository, SearchResultsService, SearchService, IndexerRepository, Indexer],
})
export class SearchModule {}
