import { Controller, Patch, Post, HttpCode, HttpStatus } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { MembershipUpdatedDto } from './dto/membership.dto.js';
import { UpdateReadStateDto, type ReadStateDto } from './dto/read-state.dto.js';
import { UpdateMembershipDto } from './dto/update-membership.dto.js';
import {
  readConversation,
  deliveredConversation,
  unreadConversation,
  updateMembership,
} from './memberships.contract.js';
import { MembershipsService } from './memberships.service.js';

@ApiTags('marks')
@Controller('v1/conversations/:conversationId')
export class MembershipsController {
  constructor(private readonly marks: MembershipsService) {}

  @Post('read')
  @Endpoint(readConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  read(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.marks.read(user, input);
  }

  @Post('delivered')
  @Endpoint(deliveredConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  delivered(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.marks.delivered(user, input);
  }

  @Post('unread')
  @Endpoint(unreadConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  unread(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.marks.unread(user, input);
  }

  @Patch('membership')
  @Endpoint(updateMembership)
  update(@CurrentUser() user: AuthUser, @Input() input: UpdateMembershipDto): Promise<MembershipUpdatedDto> {
    return this.marks.update(user, input);
  }
}
