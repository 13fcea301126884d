import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { MyMembershipDto } from './dto/membership.dto.js';
import { MoveMarkDto, type MarksDto } from './dto/move-mark.dto.js';
import { UpdateMembershipDto } from './dto/update-membership.dto.js';
import {
  readConversation,
  deliveredConversation,
  unreadConversation,
  updateMembership,
} from './marks.contract.js';
import { MarksService } from './marks.service.js';

@ChatGateway()
export class MarksGateway {
  constructor(private readonly marks: MarksService) {}

  @On(readConversation)
  read(@CallerParam() caller: Caller, @Input() input: MoveMarkDto): Promise<MarksDto> {
    return this.marks.read(caller, input);
  }

  @On(deliveredConversation)
  delivered(@CallerParam() caller: Caller, @Input() input: MoveMarkDto): Promise<MarksDto> {
    return this.marks.delivered(caller, input);
  }

  @On(unreadConversation)
  unread(@CallerParam() caller: Caller, @Input() input: MoveMarkDto): Promise<MarksDto> {
    return this.marks.unread(caller, input);
  }

  @On(updateMembership)
  update(@CallerParam() caller: Caller, @Input() input: UpdateMembershipDto): Promise<MyMembershipDto> {
    return this.marks.update(caller, input);
  }
}
