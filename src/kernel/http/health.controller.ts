import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { serviceUnavailable } from '../errors/base.errors.js';
import { PROBLEM_CONTENT } from '../errors/problem-details.dto.js';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { Public } from '../realtime/operation.decorators.js';

/** State of the process. */
class HealthDto {
  @ApiProperty({ description: 'Always `ok`: another state is an error.', enum: ['ok'] })
  status: string;
}

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
  @ApiOperation({
    operationId: 'health.get',
    summary: 'Liveness of the process.',
    description: 'Needs no database.',
  })
  @ApiOkResponse({ description: 'The process runs.', type: HealthDto })
  getLiveness(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'health.get_ready',
    summary: 'Readiness of the process.',
    description: '503 while PostgreSQL is unreachable or the process shuts down.',
  })
  @ApiOkResponse({ description: 'The process serves.', type: HealthDto })
  @ApiResponse({ status: 503, description: 'The process does not serve now.', content: PROBLEM_CONTENT })
  async getReadiness(): Promise<HealthDto> {
    if (this.isClosing) throw serviceUnavailable();
    await this.database.query('SELECT 1');
    return { status: 'ok' };
  }
}
