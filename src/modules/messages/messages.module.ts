import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../attachments/attachments.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { UsersModule } from '../users/users.module.js';
import { MessageDeltaRepository } from './message-delta.repository.js';
import { MessageDeltaService } from './message-delta.service.js';
import { MessageMutationsService } from './message-mutations.service.js';
import { EditsAccess } from './edits/edits.access.js';
import { EditsRepository } from './edits/edits.repository.js';
import { EditsService } from './edits/edits.service.js';
import { ForwardsService } from './forwards.service.js';
import { HistoryService } from './history.service.js';
import { GalleryController } from './gallery/gallery.controller.js';
import { GalleryRepository } from './gallery/gallery.repository.js';
import { GalleryService } from './gallery/gallery.service.js';
import { MentionsController } from './mentions/mentions.controller.js';
import { MentionsRepository } from './mentions/mentions.repository.js';
import { MentionsService } from './mentions/mentions.service.js';
import { MessagesAccess } from './messages.access.js';
import { MessagesController } from './messages.controller.js';
import { MessagesGateway } from './messages.gateway.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';
import { MessageFlagsController } from './flags/message-flags.controller.js';
import { MessageFlagsGateway } from './flags/message-flags.gateway.js';
import { MessageFlagsRepository } from './flags/message-flags.repository.js';
import { MessageFlagsService } from './flags/message-flags.service.js';
import { MessageReceiptsController } from './receipts/message-receipts.controller.js';
import { MessageReceiptsRepository } from './receipts/message-receipts.repository.js';
import { MessageReceiptsService } from './receipts/message-receipts.service.js';
import { PinsController } from './pins/pins.controller.js';
import { PinsGateway } from './pins/pins.gateway.js';
import { PinsRepository } from './pins/pins.repository.js';
import { PinsService } from './pins/pins.service.js';
import { ReactionsController } from './reactions/reactions.controller.js';
import { ReactionsGateway } from './reactions/reactions.gateway.js';
import { ReactionsRepository } from './reactions/reactions.repository.js';
import { ReactionsService } from './reactions/reactions.service.js';
import { MessageBatcher } from './message-batcher.js';
import { MessagePayloadService } from './message-payload.service.js';
import { ThreadSubscriptionsRepository } from './threads/thread-subscriptions.repository.js';
import { ThreadSubscriptionsService } from './threads/thread-subscriptions.service.js';
import { RepliesRepository } from './threads/replies.repository.js';
import { ThreadsController } from './threads/threads.controller.js';
import { ThreadsGateway } from './threads/threads.gateway.js';
import { ThreadsService } from './threads/threads.service.js';

@Module({
  imports: [UsersModule, ConversationsModule, AttachmentsModule],
  controllers: [
    MessageFlagsController,
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
    MessageBatcher,
    MessageDeltaRepository,
    MentionsRepository,
    ThreadSubscriptionsRepository,
    RepliesRepository,
    MessageFlagsRepository,
    MessageReceiptsRepository,
    ReactionsRepository,
    PinsRepository,
    EditsRepository,
    MessagesAccess,
    EditsAccess,
    GalleryRepository,
    MessageMutationsService,
    MentionsService,
    ThreadSubscriptionsService,
    ThreadsService,
    EditsService,
    MessagePayloadService,
    MessagesService,
    HistoryService,
    MessageDeltaService,
    MessageFlagsService,
    MessageReceiptsService,
    ReactionsService,
    PinsService,
    ForwardsService,
    GalleryService,
    MessagesGateway,
    MessageFlagsGateway,
    ReactionsGateway,
    PinsGateway,
    ThreadsGateway,
  ],
  exports: [
    MessagesService,
    MessagePayloadService,
    MessageDeltaService,
    MessageFlagsService,
    ThreadSubscriptionsService,
    ThreadsService,
  ],
})
export class MessagesModule {}
