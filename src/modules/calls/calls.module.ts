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
import { LeasesRepository } from './leases.repository.js';
import { LeasesService } from './leases.service.js';
import { PartingsService } from './partings.service.js';
import { StepsService } from './steps.service.js';
import { WatchService } from './watch.service.js';

@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  controllers: [CallsController],
  providers: [
    CallsRepository,
    LeasesRepository,
    WatchService,
    LeasesService,
    StepsService,
    EntranceService,
    DeadlinesService,
    PartingsService,
    CallsService,
    CallsGateway,
  ],
})
export class CallsModule {}
