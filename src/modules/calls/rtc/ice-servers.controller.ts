import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input, NoInputDto } from '../../../kernel/validation/input.decorator.js';
import type { IceServersDto } from './dto/ice-servers.dto.js';
import { listIceServers } from './ice-servers.contract.js';
import { IceServersService } from './ice-servers.service.js';

@ApiTags('calls')
@Controller('v1/rtc/ice-servers')
export class IceController {
  constructor(private readonly ice: IceServersService) {}

  @Get()
  @Endpoint(listIceServers)
  list(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<IceServersDto> {
    return this.ice.list(user);
  }
}
