import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { CallsController } from './calls.controller.js';
import { CallsGateway } from './calls.gateway.js';
import { CallsRepository } from './calls.repository.js';
import { CallsService } from './calls.service.js';
import { CallTimeoutsHandler } from './call-timeouts.handler.js';
import { CallCreationService } from './call-creation.service.js';
import { CallSetupService } from './call-setup.service.js';
import { IceServersService } from './rtc/ice-servers.service.js';
import { DeviceLeasesRepository } from './device-leases.repository.js';
import { DeviceLeaseRenewer } from './device-lease-renewer.js';
import { LivekitClient } from './rtc/livekit-client.js';
import { RtcController } from './rtc/rtc.controller.js';
import { RtcGateway } from './rtc/rtc.gateway.js';
import { RtcRepository } from './rtc/rtc.repository.js';
import { LivekitRoomsService } from './rtc/livekit-rooms.service.js';
import { LivekitTokensService } from './rtc/livekit-tokens.service.js';
import { CallAccessListener } from './call-access.listener.js';
import { SignalingGateway } from './signaling/signaling.gateway.js';
import { SignalingRepository } from './signaling/signaling.repository.js';
import { SignalingService } from './signaling/signaling.service.js';
import { CallTransitionsService } from './call-transitions.service.js';
import { CallTimeoutsScheduler } from './call-timeouts.scheduler.js';

/** Module of calls, their signaling and their media servers. */
@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule],
  controllers: [CallsController, RtcController],
  providers: [
    CallsRepository,
    DeviceLeasesRepository,
    SignalingRepository,
    RtcRepository,
    CallTimeoutsScheduler,
    DeviceLeaseRenewer,
    CallTransitionsService,
    LivekitClient,
    CallCreationService,
    CallSetupService,
    CallTimeoutsHandler,
    CallAccessListener,
    CallsService,
    SignalingService,
    IceServersService,
    LivekitTokensService,
    LivekitRoomsService,
    CallsGateway,
    SignalingGateway,
    RtcGateway,
  ],
})
export class CallsModule {}
