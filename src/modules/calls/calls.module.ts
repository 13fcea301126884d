import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { CallsController } from './calls.controller.js';
import { CallsGateway } from './calls.gateway.js';
import { CallsRepository } from './calls.repository.js';
import { CallsService } from './calls.service.js';
import { DeadlinesService } from './deadlines.service.js';
import { EntranceService } from './entrance.service.js';
import { IceController } from './ice/ice.controller.js';
import { IceService } from './ice/ice.service.js';
import { LeasesRepository } from './leases.repository.js';
import { LeasesService } from './leases.service.js';
import { MediaServer } from './media/media-server.js';
import { MediaController } from './media/media.controller.js';
import { MediaGateway } from './media/media.gateway.js';
import { MediaRepository } from './media/media.repository.js';
import { RoomsService } from './media/rooms.service.js';
import { TokensService } from './media/tokens.service.js';
import { PartingsService } from './partings.service.js';
import { SignalsGateway } from './signals/signals.gateway.js';
import { SignalsRepository } from './signals/signals.repository.js';
import { SignalsService } from './signals/signals.service.js';
import { StepsService } from './steps.service.js';
import { WatchService } from './watch.service.js';

@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  // ice-servers before calls: else its address would be that of one call.
  controllers: [IceController, CallsController, MediaController],
  providers: [
    CallsRepository,
    LeasesRepository,
    SignalsRepository,
    MediaRepository,
    WatchService,
    LeasesService,
    StepsService,
    MediaServer,
    EntranceService,
    DeadlinesService,
    PartingsService,
    CallsService,
    SignalsService,
    IceService,
    TokensService,
    RoomsService,
    CallsGateway,
    SignalsGateway,
    MediaGateway,
  ],
})
export class CallsModule {}
