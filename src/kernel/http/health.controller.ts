import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { serviceUnavailable } from '../errors/base.errors.js';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { Public } from '../realtime/operation.decorators.js';

/** Liveness and readiness for load balancers and orchestrators. */
@ApiTags('health')
@Public()
@Controller('health')
export class HealthController implements OnModuleDestroy {
  private isClosing = false;

  constructor(private readonly database: Database) {}

  /** The first shutdown hook, before running work is drained. */
  onModuleDestroy(): void {
    this.isClosing = true;
  }

  @Get()
  @ApiOperation({ summary: 'Liveness of the process.', description: 'Needs no database.' })
  getLiveness(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Readiness of the process.',
    description: '503 while PostgreSQL is unreachable or the process shuts down.',
  })
  async getReadiness(): Promise<{ status: string }> {
    if (this.isClosing) throw serviceUnavailable();
    await this.database.query('SELECT 1');
    return { status: 'ok' };
  }
}
