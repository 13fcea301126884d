import { Module } from '@nestjs/common';
import { BlocksModule } from '../blocks/blocks.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { DraftsModule } from '../drafts/drafts.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ScheduledMessagesModule } from '../scheduled-messages/scheduled-messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccountDeltaService } from './account-delta.service.js';
import { ConversationItemsService } from './conversation-items.service.js';
import { SyncDeltaService } from './sync-delta.service.js';
import { SyncController } from './sync.controller.js';
import { SyncGateway } from './sync.gateway.js';
import { SyncService } from './sync.service.js';

/** Module of deltas for clients that missed changes. */
@Module({
  imports: [
    UsersModule,
    BlocksModule,
    ConversationsModule,
    MessagesModule,
    DraftsModule,
    ScheduledMessagesModule,
  ],
  controllers: [SyncController],
  providers: [SyncService, AccountDeltaService, SyncDeltaService, ConversationItemsService, SyncGateway],
})
export class SyncModule {}
