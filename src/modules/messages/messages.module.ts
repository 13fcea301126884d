import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../attachments/attachments.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { UsersModule } from '../users/users.module.js';
import { ChangesRepository } from './changes.repository.js';
import { ChangesService } from './changes.service.js';
import { ChangingService } from './changing.service.js';
import { EditsAccess } from './edits.access.js';
import { EditsRepository } from './edits.repository.js';
import { EditsService } from './edits.service.js';
import { ForwardsService } from './forwards.service.js';
import { HistoryService } from './history.service.js';
import { GalleryController } from './media/gallery.controller.js';
import { GalleryRepository } from './media/gallery.repository.js';
import { GalleryService } from './media/gallery.service.js';
import { MentionsController } from './mentions/mentions.controller.js';
import { MentionsRepository } from './mentions/mentions.repository.js';
import { MentionsService } from './mentions/mentions.service.js';
import { MessagesAccess } from './messages.access.js';
import { MessagesController } from './messages.controller.js';
import { MessagesGateway } from './messages.gateway.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';
import { MyMessagesController } from './mine/my-messages.controller.js';
import { MyMessagesGateway } from './mine/my-messages.gateway.js';
import { MyMessagesRepository } from './mine/my-messages.repository.js';
import { MyMessagesService } from './mine/my-messages.service.js';
import { MessageReceiptsController } from './receipts/message-receipts.controller.js';
import { MessageReceiptsRepository } from './receipts/message-receipts.repository.js';
import { MessageReceiptsService } from './receipts/message-receipts.service.js';
import { PinsController } from './pins.controller.js';
import { PinsGateway } from './pins.gateway.js';
import { PinsRepository } from './pins.repository.js';
import { PinsService } from './pins.service.js';
import { ReactionsController } from './reactions/reactions.controller.js';
import { ReactionsGateway } from './reactions/reactions.gateway.js';
import { ReactionsRepository } from './reactions/reactions.repository.js';
import { ReactionsService } from './reactions/reactions.service.js';
import { SendLane } from './send-lane.js';
import { StatesService } from './states.service.js';
import { FollowsRepository } from './threads/follows.repository.js';
import { FollowsService } from './threads/follows.service.js';
import { RepliesRepository } from './threads/replies.repository.js';
import { ThreadsController } from './threads/threads.controller.js';
import { ThreadsGateway } from './threads/threads.gateway.js';
import { ThreadsService } from './threads/threads.service.js';
import { TypingGateway } from './typing/typing.gateway.js';
import { TypingRepository } from './typing/typing.repository.js';
import { TypingService } from './typing/typing.service.js';

@Module({
  imports: [UsersModule, ConversationsModule, AttachmentsModule],
  controllers: [
    MyMessagesController,
    GalleryController,
    MentionsController,
    ThreadsController,
    MessagesController,
    MessageReceiptsController,
    ReactionsController,
    PinsController,
  ],
  providers: [
    MessagesRepository,
    SendLane,
    ChangesRepository,
    MentionsRepository,
    FollowsRepository,
    RepliesRepository,
    MyMessagesRepository,
    MessageReceiptsRepository,
    TypingRepository,
    ReactionsRepository,
    PinsRepository,
    EditsRepository,
    MessagesAccess,
    EditsAccess,
    GalleryRepository,
    ChangingService,
    MentionsService,
    FollowsService,
    ThreadsService,
    EditsService,
    StatesService,
    MessagesService,
    HistoryService,
    ChangesService,
    MyMessagesService,
    MessageReceiptsService,
    TypingService,
    ReactionsService,
    PinsService,
    ForwardsService,
    GalleryService,
    MessagesGateway,
    MyMessagesGateway,
    TypingGateway,
    ReactionsGateway,
    PinsGateway,
    ThreadsGateway,
  ],
  exports: [
    MessagesService,
    StatesService,
    ChangesService,
    MyMessagesService,
    FollowsService,
    ThreadsService,
  ],
})
export class MessagesModule {}
