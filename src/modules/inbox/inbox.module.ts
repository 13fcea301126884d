import { Module } from '@nestjs/common';
import { BlocksModule } from '../blocks/blocks.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { DraftsModule } from '../drafts/drafts.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ScheduledMessagesModule } from '../scheduled-messages/scheduled-messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { SyncDeltaService } from './sync-delta.service.js';
import { InboxController } from './inbox.controller.js';
import { InboxGateway } from './inbox.gateway.js';
import { InboxService } from './inbox.service.js';
import { AccountDeltaService } from './account-delta.service.js';
import { SyncService } from './sync.service.js';

@Module({
  imports: [
    UsersModule,
    BlocksModule,
    ConversationsModule,
    MessagesModule,
    DraftsModule,
    ScheduledMessagesModule,
  ],
  controllers: [InboxController],
  providers: [InboxService, SyncService, AccountDeltaService, SyncDeltaService, InboxGateway],
})
export class InboxModule {}
