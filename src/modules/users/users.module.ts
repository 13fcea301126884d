import { Global, Module } from '@nestjs/common';
import { Revocations } from '../../kernel/realtime/sessions.js';
import { CounterService } from './counter.service.js';
import { ProfilesRepository } from './profiles.repository.js';
import { UsersController } from './users.controller.js';
import { UsersGateway } from './users.gateway.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Global because the kernel asks it whose sessions have ended. */
@Global()
@Module({
  controllers: [UsersController],
  providers: [
    UsersRepository,
    ProfilesRepository,
    CounterService,
    UsersService,
    { provide: Revocations, useExisting: UsersRepository },
    UsersGateway,
  ],
  exports: [UsersService, CounterService, Revocations],
})
export class UsersModule {}
