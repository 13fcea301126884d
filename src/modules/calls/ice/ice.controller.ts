import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { Answers } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { NoInputDto } from '../../../kernel/validation/no-input.dto.js';
import type { IceServersDto } from './dto/ice-servers.dto.js';
import { listIceServers } from './ice.contract.js';
import { IceService } from './ice.service.js';

@ApiTags('calls')
@Controller('v1/calls/ice-servers')
export class IceController {
  constructor(private readonly ice: IceService) {}

  @Get()
  @Answers(listIceServers)
  list(@CallerParam() caller: Caller, @Input() _input: NoInputDto): Promise<IceServersDto> {
    return this.ice.list(caller);
  }
}
