import { Controller, HttpStatus, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { SyncRequestDto, type SyncResponseDto } from './dto/sync.dto.js';
import { sync } from './sync.contract.js';
import { SyncService } from './sync.service.js';

/** REST route of sync. */
@ApiTags('sync')
@Controller('v1/sync')
export class SyncController {
  constructor(private readonly syncService: SyncService) {}

  @Post()
  @Endpoint(sync, HttpStatus.OK)
  sync(@CurrentUser() user: AuthUser, @Input() input: SyncRequestDto): Promise<SyncResponseDto> {
    return this.syncService.sync(user, input);
  }
}
