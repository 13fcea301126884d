import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
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

/** Socket commands of memberships and read state. */
@ChatGateway()
export class MembershipsGateway {
  constructor(
    private readonly memberships: MembershipsService,
    private readonly readState: ReadStateService,
  ) {}

  @CommandHandler(markConversationRead)
  markConversationRead(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.markConversationRead(user, input);
  }

  @CommandHandler(markConversationDelivered)
  markConversationDelivered(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.markConversationDelivered(user, input);
  }

  @CommandHandler(markConversationUnread)
  markConversationUnread(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.markConversationUnread(user, input);
  }

  @CommandHandler(updateMembership)
  updateMembership(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateMembershipDto,
  ): Promise<MembershipUpdatedDto> {
    return this.memberships.updateMembership(user, input);
  }
}
