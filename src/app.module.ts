import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { Config } from './kernel/config/config.js';
import { KernelModule } from './kernel/kernel.module.js';
import { AttachmentsModule } from './modules/attachments/attachments.module.js';
import { BlocksModule } from './modules/blocks/blocks.module.js';
import { CallsModule } from './modules/calls/calls.module.js';
import { ConversationsModule } from './modules/conversations/conversations.module.js';
import { DraftsModule } from './modules/drafts/drafts.module.js';
import { InboxModule } from './modules/inbox/inbox.module.js';
import { MessagesModule } from './modules/messages/messages.module.js';
import { PollsModule } from './modules/polls/polls.module.js';
import { ScheduledMessagesModule } from './modules/scheduled-messages/scheduled-messages.module.js';
import { SearchModule } from './modules/search/search.module.js';
import { SyncModule } from './modules/sync/sync.module.js';
import { TypingModule } from './modules/typing/typing.module.js';
import { UsersModule } from './modules/users/users.module.js';

/** Modules in ladder order, lowest first. No route depends on this order. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KernelModule.with(config),
        UsersModule,
        BlocksModule,
        ConversationsModule,
        AttachmentsModule,
        TypingModule,
        MessagesModule,
        SearchModule,
        DraftsModule,
        ScheduledMessagesModule,
        InboxModule,
        SyncModule,
        CallsModule,
        PollsModule,
        AuthModule,
      ],
    };
  }
}
