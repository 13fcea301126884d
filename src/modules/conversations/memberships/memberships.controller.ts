import { Controller, Patch, Post, HttpStatus } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import {
  UpdateMembershipDto,
  UpdateReadStateDto,
  type MembershipUpdatedDto,
  type ReadStateDto,
} from '../dto/membership.dto.js';
import {
  markConversationRead,
  markConversationDelivered,
  markConversationUnread,
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
  @Endpoint(markConversationRead, HttpStatus.OK)
  markConversationRead(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.markConversationRead(user, input);
  }

  @Post('delivered')
  @Endpoint(markConversationDelivered, HttpStatus.OK)
  markConversationDelivered(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.markConversationDelivered(user, input);
  }

  @Post('unread')
  @Endpoint(markConversationUnread, HttpStatus.OK)
  markConversationUnread(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.markConversationUnread(user, input);
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
