import { Controller, Delete, Get, Patch, Post, HttpCode, HttpStatus } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  AddMembersDto,
  ListMembersDto,
  RemoveMemberDto,
  UpdateMemberDto,
  type MemberPageDto,
  type MemberRemovedDto,
  type MembersChangedDto,
} from './dto/member.dto.js';
import type { ConversationDto } from './dto/conversation.dto.js';
import { ConversationIdDto } from './dto/create-conversation.dto.js';
import { listMembers, addMembers, joinConversation, updateMember, removeMember } from './members.contract.js';
import { MembersService } from './members.service.js';

@ApiTags('members')
@Controller('v1/conversations/:conversationId')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get('members')
  @Endpoint(listMembers)
  list(@CurrentUser() user: AuthUser, @Input() input: ListMembersDto): Promise<MemberPageDto> {
    return this.members.list(user, input);
  }

  @Post('members')
  @Endpoint(addMembers, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  add(@CurrentUser() user: AuthUser, @Input() input: AddMembersDto): Promise<MembersChangedDto> {
    return this.members.add(user, input);
  }

  @Post('join')
  @Endpoint(joinConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  join(@CurrentUser() user: AuthUser, @Input() input: ConversationIdDto): Promise<ConversationDto> {
    return this.members.join(user, input);
  }

  @Patch('members/:userId')
  @Endpoint(updateMember)
  update(@CurrentUser() user: AuthUser, @Input() input: UpdateMemberDto): Promise<MembersChangedDto> {
    return this.members.update(user, input);
  }

  @Delete('members/:userId')
  @Endpoint(removeMember)
  remove(@CurrentUser() user: AuthUser, @Input() input: RemoveMemberDto): Promise<MemberRemovedDto> {
    return this.members.remove(user, input);
  }
}
