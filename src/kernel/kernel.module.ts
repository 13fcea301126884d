import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from './config/config.js';
import { dataSourceOptions } from './database/data-source-options.js';
import { DatabaseEpoch } from './database/database-epoch.js';
import { Database } from './database/database.js';
import { ReservedConnection } from './database/reserved-connection.js';
import { ServerNodes } from './database/server-nodes.js';
import { UnitOfWork } from './database/unit-of-work.js';
import { ProblemFilter } from './errors/problem.filter.js';
import { HealthController } from './http/health.controller.js';
import { JobStore } from './jobs/job-store.js';
import { Jobs } from './jobs/jobs.js';
import { ConnectedUsers } from './realtime/connected-users.js';
import { RecipientResolver } from './realtime/recipient-resolver.js';
import { ConnectedDevices } from './identity/connected-devices.js';
import { Publisher } from './realtime/publisher.js';
import { SessionMonitor } from './identity/session-monitor.js';
import { CommandDispatcher } from './realtime/command-dispatcher.js';
import { ConnectionLimits } from './realtime/connection-limits.js';
import { SocketConnections } from './realtime/socket-connections.js';
import { TransportPauses } from './realtime/transport-pauses.js';
import { DtoValidationPipe } from './validation/dto-validation.pipe.js';

/** Services shared by all features. A need of the kernel is an abstract class that a feature provides. */
@Global()
@Module({})
export class KernelModule {
  static with(config: Config): DynamicModule {
    return {
      module: KernelModule,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(
            config.databaseUrl,
            config.databasePoolSize,
            config.databaseConnectionMaxAgeSeconds,
          ),
          retryAttempts: 0,
        }),
      ],
      controllers: [HealthController],
      providers: [
        { provide: Config, useValue: config },
        { provide: APP_PIPE, useClass: DtoValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
        Database,
        DatabaseEpoch,
        ServerNodes,
        ReservedConnection,
        UnitOfWork,
        JobStore,
        Jobs,
        ConnectedUsers,
        RecipientResolver,
        ConnectedDevices,
        Publisher,
        SessionMonitor,
        ConnectionLimits,
        TransportPauses,
        CommandDispatcher,
        SocketConnections,
      ],
      exports: [
        ConnectedUsers,
        Config,
        Database,
        DatabaseEpoch,
        ReservedConnection,
        UnitOfWork,
        Jobs,
        RecipientResolver,
        Publisher,
        ConnectedDevices,
        SessionMonitor,
        CommandDispatcher,
        SocketConnections,
      ],
    };
  }
}
