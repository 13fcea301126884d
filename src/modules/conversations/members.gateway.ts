import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  AddMembersDto,
  RemoveMemberDto,
  UpdateMemberDto,
  type MemberRemovedDto,
  type MembersChangedDto,
} from './dto/member.dto.js';
import type { ConversationDto } from './dto/conversation.dto.js';
import { ConversationIdDto } from './dto/create-conversation.dto.js';
import { addMembers, joinConversation, updateMember, removeMember } from './members.contract.js';
import { MembersService } from './members.service.js';

@ChatGateway()
export class MembersGateway {
  constructor(private readonly members: MembersService) {}

  @CommandHandler(addMembers)
  add(@CurrentUser() user: AuthUser, @Input() input: AddMembersDto): Promise<MembersChangedDto> {
    return this.members.add(user, input);
  }

  @CommandHandler(joinConversation)
  join(@CurrentUser() user: AuthUser, @Input() input: ConversationIdDto): Promise<ConversationDto> {
    return this.members.join(user, input);
  }

  @CommandHandler(updateMember)
  update(@CurrentUser() user: AuthUser, @Input() input: UpdateMemberDto): Promise<MembersChangedDto> {
    return this.members.update(user, input);
  }

  @CommandHandler(removeMember)
  remove(@CurrentUser() user: AuthUser, @Input() input: RemoveMemberDto): Promise<MemberRemovedDto> {
    return this.members.remove(user, input);
  }
}
