import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { serviceUnavailable } from '../errors/base.errors.js';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { Public } from '../realtime/operation.decorators.js';

/** For load balancers and orchestrators. */
@ApiTags('health')
@Public()
@Controller('health')
export class HealthController implements OnModuleDestroy {
  private closing = false;

  constructor(private readonly database: Database) {}

  /** The first hook of all: before what was begun is waited for. */
  onModuleDestroy(): void {
    this.closing = true;
  }

  @Get()
  @ApiOperation({ summary: 'Whether the process lives.' })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Whether the process can serve: 503 while PostgreSQL is away, or the process is ending.',
  })
  async ready(): Promise<{ status: string }> {
    if (this.closing) throw serviceUnavailable();
    await this.database.query('SELECT 1');
    return { status: 'ok' };
  }
}
