import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { ChatGateway } from '../../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import type { MyMessageDto } from './dto/my-message.dto.js';
import { hideMessage, saveMessage, unsaveMessage } from './my-messages.contract.js';
import { MyMessagesService } from './my-messages.service.js';

@ChatGateway()
export class MyMessagesGateway {
  constructor(private readonly mine: MyMessagesService) {}

  @On(saveMessage)
  save(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyMessageDto> {
    return this.mine.save(caller, input);
  }

  @On(unsaveMessage)
  unsave(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyMessageDto> {
    return this.mine.unsave(caller, input);
  }

  @On(hideMessage)
  hide(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyMessageDto> {
    return this.mine.hide(caller, input);
  }
}
