import { Global, Module } from '@nestjs/common';
import { SessionRevocations } from '../../kernel/identity/session-monitor.js';
import { AccountVersionService } from './account-version.service.js';
import { ContactsService } from './contacts.service.js';
import { UsersRepository } from './users.repository.js';
import { UsersController } from './users.controller.js';
import { UsersGateway } from './users.gateway.js';
import { UserQueryRepository } from './user-query.repository.js';
import { UsersService } from './users.service.js';

/** Global: provides the SessionRevocations of the kernel. */
@Global()
@Module({
  controllers: [UsersController],
  providers: [
    UserQueryRepository,
    UsersRepository,
    AccountVersionService,
    UsersService,
    ContactsService,
    { provide: SessionRevocations, useExisting: UserQueryRepository },
    UsersGateway,
  ],
  exports: [UsersService, AccountVersionService, SessionRevocations],
})
export class UsersModule {}
