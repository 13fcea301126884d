import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { MessageIdDto } from './dto/change-message.dto.js';
import type { MessageDto } from './dto/message.dto.js';
import { ListPinsDto, type PinPageDto } from './dto/pins.dto.js';
import { listPins, pinMessage, unpinMessage } from './pins.contract.js';
import { PinsService } from './pins.service.js';

@ApiTags('messages')
@Controller('v1')
export class PinsController {
  constructor(private readonly pins: PinsService) {}

  @Get('conversations/:conversationId/pins')
  @Answers(listPins)
  list(@CallerParam() caller: Caller, @Input() input: ListPinsDto): Promise<PinPageDto> {
    return this.pins.list(caller, input);
  }

  @Put('messages/:messageId/pin')
  @Answers(pinMessage)
  pin(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.pins.pin(caller, input);
  }

  @Delete('messages/:messageId/pin')
  @Answers(unpinMessage)
  unpin(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.pins.unpin(caller, input);
  }
}
