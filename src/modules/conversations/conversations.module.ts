import { Global, Module } from '@nestjs/common';
import { MemberListProvider } from '../../kernel/realtime/recipient-resolver.js';
import { UsersModule } from '../users/users.module.js';
import { ConversationCreationService } from './conversation-creation.service.js';
import { ConversationDeletionService } from './conversation-deletion.service.js';
import { ConversationQueryRepository } from './conversation-query.repository.js';
import { ConversationQueryService } from './conversation-query.service.js';
import { ConversationsAccess } from './conversations.access.js';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsGateway } from './conversations.gateway.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsService } from './conversations.service.js';
import { MembershipsController } from './memberships/memberships.controller.js';
import { MembershipsGateway } from './memberships/memberships.gateway.js';
import { MembershipsRepository } from './memberships/memberships.repository.js';
import { MembershipsService } from './memberships/memberships.service.js';
import { MemberChangesService } from './members/member-changes.service.js';
import { MemberRemovalService } from './members/member-removal.service.js';
import { MembersController } from './members/members.controller.js';
import { MembersGateway } from './members/members.gateway.js';
import { MembersRepository } from './members/members.repository.js';
import { MembersService } from './members/members.service.js';
import { OwnershipHandler } from './members/ownership.handler.js';
import { ReadStateService } from './memberships/read-state.service.js';
import { ReceiptsRepository } from './memberships/receipts.repository.js';
import { ReceiptPublisherService } from './memberships/receipt-publisher.service.js';
import { ReceiptsService } from './memberships/receipts.service.js';

/** Global: provides the MemberListProvider of the kernel. */
@Global()
@Module({
  imports: [UsersModule],
  controllers: [ConversationsController, MembersController, MembershipsController],
  providers: [
    ConversationsRepository,
    MembersRepository,
    MembershipsRepository,
    ReceiptsRepository,
    ConversationQueryRepository,
    ConversationsAccess,
    ConversationQueryService,
    MemberChangesService,
    ConversationDeletionService,
    MembersService,
    MemberRemovalService,
    OwnershipHandler,
    ConversationCreationService,
    ConversationsService,
    MembershipsService,
    ReceiptsService,
    ReceiptPublisherService,
    ReadStateService,
    { provide: MemberListProvider, useExisting: MembersRepository },
    ConversationsGateway,
    MembersGateway,
    MembershipsGateway,
  ],
  exports: [
    ConversationCreationService,
    ConversationDeletionService,
    MembershipsService,
    ReadStateService,
    ReceiptsService,
    ConversationQueryService,
    ConversationsAccess,
    MemberListProvider,
  ],
})
export class ConversationsModule {}
