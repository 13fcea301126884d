import { Controller, Delete, Get, Patch, Post, HttpCode, HttpStatus } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  AddMembersDto,
  ListMembersDto,
  RemoveMemberDto,
  UpdateMemberDto,
  type MemberPageDto,
  type MemberRemovedDto,
  type MembersChangedDto,
} from './dto/change-members.dto.js';
import type { ConversationDto } from './dto/conversation.dto.js';
import { ConversationIdDto } from './dto/create-conversation.dto.js';
import { listMembers, addMembers, joinConversation, updateMember, removeMember } from './members.contract.js';
import { MembersService } from './members.service.js';

@ApiTags('members')
@Controller('v1/conversations/:conversationId')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get('members')
  @Answers(listMembers)
  list(@CallerParam() caller: Caller, @Input() input: ListMembersDto): Promise<MemberPageDto> {
    return this.members.list(caller, input);
  }

  @Post('members')
  @Answers(addMembers, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  add(@CallerParam() caller: Caller, @Input() input: AddMembersDto): Promise<MembersChangedDto> {
    return this.members.add(caller, input);
  }

  @Post('join')
  @Answers(joinConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  join(@CallerParam() caller: Caller, @Input() input: ConversationIdDto): Promise<ConversationDto> {
    return this.members.join(caller, input);
  }

  @Patch('members/:userId')
  @Answers(updateMember)
  update(@CallerParam() caller: Caller, @Input() input: UpdateMemberDto): Promise<MembersChangedDto> {
    return this.members.update(caller, input);
  }

  @Delete('members/:userId')
  @Answers(removeMember)
  remove(@CallerParam() caller: Caller, @Input() input: RemoveMemberDto): Promise<MemberRemovedDto> {
    return this.members.remove(caller, input);
  }
}
