import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { ListPinsDto, type MessagePageDto } from '../dto/list-messages.dto.js';
import { MessageIdDto, type MessageDto } from '../dto/message.dto.js';
import { listPins, pinMessage, unpinMessage } from './pins.contract.js';
import { PinsService } from './pins.service.js';

/** Routes of pins. */
@ApiTags('messages')
@Controller('v1')
export class PinsController {
  constructor(private readonly pins: PinsService) {}

  @Get('conversations/:conversationId/pins')
  @Endpoint(listPins)
  listPins(@CurrentUser() user: AuthUser, @Input() input: ListPinsDto): Promise<MessagePageDto> {
    return this.pins.listPins(user, input);
  }

  @Put('messages/:messageId/pin')
  @Endpoint(pinMessage)
  pinMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.pins.pinMessage(user, input);
  }

  @Delete('messages/:messageId/pin')
  @Endpoint(unpinMessage)
  unpinMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageDto> {
    return this.pins.unpinMessage(user, input);
  }
}
