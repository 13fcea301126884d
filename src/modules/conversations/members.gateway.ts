import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  AddMembersDto,
  RemoveMemberDto,
  UpdateMemberDto,
  type MemberRemovedDto,
  type MembersChangedDto,
} from './dto/change-members.dto.js';
import type { ConversationDto } from './dto/conversation.dto.js';
import { ConversationIdDto } from './dto/create-conversation.dto.js';
import { addMembers, joinConversation, updateMember, removeMember } from './members.contract.js';
import { MembersService } from './members.service.js';

@ChatGateway()
export class MembersGateway {
  constructor(private readonly members: MembersService) {}

  @On(addMembers)
  add(@CallerParam() caller: Caller, @Input() input: AddMembersDto): Promise<MembersChangedDto> {
    return this.members.add(caller, input);
  }

  @On(joinConversation)
  join(@CallerParam() caller: Caller, @Input() input: ConversationIdDto): Promise<ConversationDto> {
    return this.members.join(caller, input);
  }

  @On(updateMember)
  update(@CallerParam() caller: Caller, @Input() input: UpdateMemberDto): Promise<MembersChangedDto> {
    return this.members.update(caller, input);
  }

  @On(removeMember)
  remove(@CallerParam() caller: Caller, @Input() input: RemoveMemberDto): Promise<MemberRemovedDto> {
    return this.members.remove(caller, input);
  }
}
