import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../attachments/attachments.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { UsersModule } from '../users/users.module.js';
import { MessageFlagsController } from './flags/message-flags.controller.js';
import { MessageFlagsGateway } from './flags/message-flags.gateway.js';
import { MessageFlagsRepository } from './flags/message-flags.repository.js';
import { HiddenMessagesService } from './flags/hidden-messages.service.js';
import { MessageFlagsService } from './flags/message-flags.service.js';
import { SavedMessagesService } from './flags/saved-messages.service.js';
import { ForwardsService } from './forwards.service.js';
import { MentionsRepository } from './mentions.repository.js';
import { MentionsService } from './mentions.service.js';
import { MessageBatcher } from './message-batcher.js';
import { MessageDeltaService } from './message-delta.service.js';
import { MessageEditsService } from './message-edits.service.js';
import { MessageHistoryService } from './message-history.service.js';
import { MessageMutationsService } from './message-mutations.service.js';
import { MessagePayloadService } from './message-payload.service.js';
import { MessageQueryRepository } from './message-query.repository.js';
import { MessageReceiptsRepository } from './message-receipts.repository.js';
import { MessageReceiptsService } from './message-receipts.service.js';
import { MessageValidator } from './messages.validator.js';
import { MessageWriter } from './messages.writer.js';
import { MessagesAccess } from './messages.access.js';
import { MessagesController } from './messages.controller.js';
import { MessagesGateway } from './messages.gateway.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';
import { PinsController } from './pins/pins.controller.js';
import { PinsGateway } from './pins/pins.gateway.js';
import { PinsRepository } from './pins/pins.repository.js';
import { PinsService } from './pins/pins.service.js';
import { ReactionsController } from './reactions/reactions.controller.js';
import { ReactionsGateway } from './reactions/reactions.gateway.js';
import { ReactionsRepository } from './reactions/reactions.repository.js';
import { ReactionsService } from './reactions/reactions.service.js';
import { ThreadParticipantsService } from './threads/thread-participants.service.js';
import { ThreadSubscriptionsRepository } from './threads/thread-subscriptions.repository.js';
import { ThreadSubscriptionsService } from './threads/thread-subscriptions.service.js';
import { ThreadsController } from './threads/threads.controller.js';
import { ThreadsGateway } from './threads/threads.gateway.js';
import { ThreadsService } from './threads/threads.service.js';

/** Module of messages with their flags, pins, reactions and threads. */
@Module({
  imports: [UsersModule, ConversationsModule, AttachmentsModule],
  controllers: [
    MessagesController,
    ThreadsController,
    ReactionsController,
    PinsController,
    MessageFlagsController,
  ],
  providers: [
    MessagesRepository,
    MessageQueryRepository,
    MentionsRepository,
    MessageReceiptsRepository,
    ThreadSubscriptionsRepository,
    ReactionsRepository,
    PinsRepository,
    MessageFlagsRepository,
    MessagesAccess,
    MessageValidator,
    MessageBatcher,
    MessageMutationsService,
    MessageWriter,
    MessagePayloadService,
    MessagesService,
    MessageEditsService,
    MessageHistoryService,
    MessageDeltaService,
    MessageReceiptsService,
    MentionsService,
    ForwardsService,
    ThreadsService,
    ThreadParticipantsService,
    ThreadSubscriptionsService,
    ReactionsService,
    PinsService,
    MessageFlagsService,
    HiddenMessagesService,
    SavedMessagesService,
    MessagesGateway,
    ThreadsGateway,
    ReactionsGateway,
    PinsGateway,
    MessageFlagsGateway,
  ],
  exports: [
    MessagesService,
    MessageWriter,
    MessageValidator,
    MessagePayloadService,
    MessageDeltaService,
    MessageFlagsService,
    ThreadParticipantsService,
    ThreadSubscriptionsService,
  ],
})
export class MessagesModule {}
