import { Controller, Patch, Post, HttpCode, HttpStatus } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  UpdateMembershipDto,
  UpdateReadStateDto,
  type MembershipUpdatedDto,
  type ReadStateDto,
} from './dto/membership.dto.js';
import {
  readConversation,
  deliveredConversation,
  unreadConversation,
  updateMembership,
} from './memberships.contract.js';
import { MembershipsService } from './memberships.service.js';
import { ReadStateService } from './read-state.service.js';

/** REST routes of memberships and read state. */
@ApiTags('memberships')
@Controller('v1/conversations/:conversationId')
export class MembershipsController {
  constructor(
    private readonly memberships: MembershipsService,
    private readonly readState: ReadStateService,
  ) {}

  @Post('read')
  @Endpoint(readConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  readConversation(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.readState.readConversation(user, input);
  }

  @Post('delivered')
  @Endpoint(deliveredConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  deliveredConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.deliveredConversation(user, input);
  }

  @Post('unread')
  @Endpoint(unreadConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  unreadConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.unreadConversation(user, input);
  }

  @Patch('membership')
  @Endpoint(updateMembership)
  updateMembership(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateMembershipDto,
  ): Promise<MembershipUpdatedDto> {
    return this.memberships.updateMembership(user, input);
  }
}
