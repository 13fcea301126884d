import { Global, Module } from '@nestjs/common';
import { MemberLists } from '../../kernel/realtime/audience.js';
import { UsersModule } from '../users/users.module.js';
import { ConversationsAccess } from './conversations.access.js';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsGateway } from './conversations.gateway.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsService } from './conversations.service.js';

/** Global because the kernel asks it who is in a conversation. */
@Global()
@Module({
  imports: [UsersModule],
  controllers: [ConversationsController],
  providers: [
    ConversationsRepository,
    ConversationsAccess,
    ConversationsService,
    { provide: MemberLists, useExisting: ConversationsRepository },
    ConversationsGateway,
  ],
  exports: [ConversationsService, ConversationsAccess, MemberLists],
})
export class ConversationsModule {}
