import { Global, Module } from '@nestjs/common';
import { MemberLists } from '../../kernel/realtime/audience.js';
import { UsersModule } from '../users/users.module.js';
import { ChannelsController } from './channels.controller.js';
import { ChannelsService } from './channels.service.js';
import { ConversationsAccess } from './conversations.access.js';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsGateway } from './conversations.gateway.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsService } from './conversations.service.js';
import { DirectMessagesService } from './direct-messages.service.js';
import { GroupsService } from './groups.service.js';
import { MarksController } from './marks.controller.js';
import { MarksGateway } from './marks.gateway.js';
import { MarksRepository } from './marks.repository.js';
import { MarksService } from './marks.service.js';
import { MembersController } from './members.controller.js';
import { MembersGateway } from './members.gateway.js';
import { MembersRepository } from './members.repository.js';
import { MembersService } from './members.service.js';
import { NewcomersService } from './newcomers.service.js';
import { ReceiptsRepository } from './receipts.repository.js';
import { ReceiptsService } from './receipts.service.js';
import { ViewsRepository } from './views.repository.js';
import { ViewsService } from './views.service.js';

/** Global because the kernel asks it who is in a conversation. */
@Global()
@Module({
  imports: [UsersModule],
  controllers: [ConversationsController, ChannelsController, MembersController, MarksController],
  providers: [
    ConversationsRepository,
    MembersRepository,
    MarksRepository,
    ReceiptsRepository,
    ViewsRepository,
    ConversationsAccess,
    ViewsService,
    NewcomersService,
    DirectMessagesService,
    GroupsService,
    ChannelsService,
    ConversationsService,
    MembersService,
    ReceiptsService,
    MarksService,
    { provide: MemberLists, useExisting: MembersRepository },
    ConversationsGateway,
    MembersGateway,
    MarksGateway,
  ],
  exports: [
    ConversationsService,
    MarksService,
    ReceiptsService,
    ViewsService,
    ConversationsAccess,
    MemberLists,
  ],
})
export class ConversationsModule {}
