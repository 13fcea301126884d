import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import {
  AddMembersDto,
  RemoveMemberDto,
  UpdateMemberDto,
  type MemberRemovedDto,
  type MembersChangedDto,
} from '../dto/member.dto.js';
import type { ConversationDto } from '../dto/conversation.dto.js';
import { ConversationIdDto } from '../dto/create-conversation.dto.js';
import { addMembers, joinConversation, updateMember, removeMember } from './members.contract.js';
import { MemberRemovalService } from './member-removal.service.js';
import { MembersService } from './members.service.js';

/** Socket commands of members. */
@ChatGateway()
export class MembersGateway {
  constructor(
    private readonly members: MembersService,
    private readonly removal: MemberRemovalService,
  ) {}

  @CommandHandler(addMembers)
  addMembers(@CurrentUser() user: AuthUser, @Input() input: AddMembersDto): Promise<MembersChangedDto> {
    return this.members.addMembers(user, input);
  }

  @CommandHandler(joinConversation)
  joinConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: ConversationIdDto,
  ): Promise<ConversationDto> {
    return this.members.joinConversation(user, input);
  }

  @CommandHandler(updateMember)
  updateMember(@CurrentUser() user: AuthUser, @Input() input: UpdateMemberDto): Promise<MembersChangedDto> {
    return this.members.updateMember(user, input);
  }

  @CommandHandler(removeMember)
  removeMember(@CurrentUser() user: AuthUser, @Input() input: RemoveMemberDto): Promise<MemberRemovedDto> {
    return this.removal.removeMember(user, input);
  }
}
