import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { Public } from '../realtime/operation.decorators.js';

/** For load balancers and orchestrators. */
@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ summary: 'Whether the process lives.' })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the process can serve: 503 while PostgreSQL is away.' })
  async ready(): Promise<{ status: string }> {
    await this.database.rows('SELECT 1');
    return { status: 'ok' };
  }
}
