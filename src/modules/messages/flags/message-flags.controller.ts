import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { ListSavedDto, type MessageFlagsDto, type SavedPageDto } from '../dto/message-flags.dto.js';
import { MessageIdDto } from '../dto/message.dto.js';
import { hideMessage, listSavedMessages, saveMessage, unsaveMessage } from './message-flags.contract.js';
import { MessageFlagsService } from './message-flags.service.js';
import { SavedMessagesService } from './saved-messages.service.js';

/** Routes of message flags and of the list of saved messages. */
@ApiTags('messages')
@Controller('v1')
export class MessageFlagsController {
  constructor(
    private readonly flags: MessageFlagsService,
    private readonly savedMessages: SavedMessagesService,
  ) {}

  @Get('saved-messages')
  @Endpoint(listSavedMessages)
  listSavedMessages(@CurrentUser() user: AuthUser, @Input() input: ListSavedDto): Promise<SavedPageDto> {
    return this.savedMessages.listSavedMessages(user, input);
  }

  @Put('messages/:messageId/saved')
  @Endpoint(saveMessage)
  saveMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.flags.saveMessage(user, input);
  }

  @Delete('messages/:messageId/saved')
  @Endpoint(unsaveMessage)
  unsaveMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.flags.unsaveMessage(user, input);
  }

  @Put('messages/:messageId/hidden')
  @Endpoint(hideMessage)
  hideMessage(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.flags.hideMessage(user, input);
  }
}
