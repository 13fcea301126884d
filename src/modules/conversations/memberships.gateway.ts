import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
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

/** Socket commands of memberships and read state. */
@ChatGateway()
export class MembershipsGateway {
  constructor(
    private readonly memberships: MembershipsService,
    private readonly readState: ReadStateService,
  ) {}

  @CommandHandler(readConversation)
  readConversation(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.readState.readConversation(user, input);
  }

  @CommandHandler(deliveredConversation)
  deliveredConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.deliveredConversation(user, input);
  }

  @CommandHandler(unreadConversation)
  unreadConversation(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    return this.readState.unreadConversation(user, input);
  }

  @CommandHandler(updateMembership)
  updateMembership(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateMembershipDto,
  ): Promise<MembershipUpdatedDto> {
    return this.memberships.updateMembership(user, input);
  }
}
