import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { Answers } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import { ListSavedDto, type MyMessageDto, type SavedPageDto } from './dto/my-message.dto.js';
import { hideMessage, listSaved, saveMessage, unsaveMessage } from './my-messages.contract.js';
import { MyMessagesService } from './my-messages.service.js';

@ApiTags('messages')
@Controller('v1/messages')
export class MyMessagesController {
  constructor(private readonly mine: MyMessagesService) {}

  @Get('saved')
  @Answers(listSaved)
  list(@CallerParam() caller: Caller, @Input() input: ListSavedDto): Promise<SavedPageDto> {
    return this.mine.list(caller, input);
  }

  @Put(':messageId/saved')
  @Answers(saveMessage)
  save(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyMessageDto> {
    return this.mine.save(caller, input);
  }

  @Delete(':messageId/saved')
  @Answers(unsaveMessage)
  unsave(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyMessageDto> {
    return this.mine.unsave(caller, input);
  }

  @Put(':messageId/hidden')
  @Answers(hideMessage)
  hide(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyMessageDto> {
    return this.mine.hide(caller, input);
  }
}
