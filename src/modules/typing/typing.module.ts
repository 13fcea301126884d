import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { TypingGateway } from './typing.gateway.js';
import { TypingRepository } from './typing.repository.js';
import { TypingService } from './typing.service.js';

/** Module of the typing indicator. */
@Module({
  imports: [ConversationsModule],
  providers: [TypingRepository, TypingService, TypingGateway],
})
export class TypingModule {}
