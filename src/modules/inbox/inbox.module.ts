import { Module } from '@nestjs/common';
import { BlocksModule } from '../blocks/blocks.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { DraftsModule } from '../drafts/drafts.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ScheduledModule } from '../scheduled/scheduled.module.js';
import { UsersModule } from '../users/users.module.js';
import { EntriesService } from './entries.service.js';
import { InboxController } from './inbox.controller.js';
import { InboxGateway } from './inbox.gateway.js';
import { InboxService } from './inbox.service.js';
import { MineService } from './mine.service.js';
import { SyncService } from './sync.service.js';

@Module({
  imports: [UsersModule, BlocksModule, ConversationsModule, MessagesModule, DraftsModule, ScheduledModule],
  controllers: [InboxController],
  providers: [InboxService, SyncService, MineService, EntriesService, InboxGateway],
})
export class InboxModule {}
