import { Controller, Delete, Get, Patch, Post, HttpStatus } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import {
  AddMembersDto,
  ListMembersDto,
  RemoveMemberDto,
  UpdateMemberDto,
  type MemberPageDto,
  type MemberRemovedDto,
  type MembersChangedDto,
} from '../dto/member.dto.js';
import type { ConversationDto } from '../dto/conversation.dto.js';
import { ConversationIdDto } from '../dto/create-conversation.dto.js';
import { listMembers, addMembers, joinConversation, updateMember, removeMember } from './members.contract.js';
import { MemberRemovalService } from './member-removal.service.js';
import { MembersService } from './members.service.js';

/** REST routes of members. */
@ApiTags('members')
@Controller('v1/conversations/:conversationId')
export class MembersController {
  constructor(
    private readonly members: MembersService,
    private readonly removal: MemberRemovalService,
  ) {}

  @Get('members')
  @Endpoint(listMembers)
  listMembers(@CurrentUser() user: AuthUser, @Input() input: ListMembersDto): Promise<MemberPageDto> {
    return this.members.listMembers(user, input);
  }

  @Post('members')
  @Endpoint(addMembers, HttpStatus.OK)
  addMembers(@CurrentUser() user: AuthUser, @Input() input: AddMembersDto): Promise<MembersChangedDto> {
    return this.members.addMembers(user, input);
  }

  @Post('join')
  @Endpoint(joinConversation, HttpStatus.OK)
  joinConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: ConversationIdDto,
  ): Promise<ConversationDto> {
    return this.members.joinConversation(user, input);
  }

  @Patch('members/:userId')
  @Endpoint(updateMember)
  updateMember(@CurrentUser() user: AuthUser, @Input() input: UpdateMemberDto): Promise<MembersChangedDto> {
    return this.members.updateMember(user, input);
  }

  @Delete('members/:userId')
  @Endpoint(removeMember)
  removeMember(@CurrentUser() user: AuthUser, @Input() input: RemoveMemberDto): Promise<MemberRemovedDto> {
    return this.removal.removeMember(user, input);
  }
}
