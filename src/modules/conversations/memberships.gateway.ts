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

@ChatGateway()
export class MembershipsGateway {
  constructor(
    private readonly memberships: MembershipsService,
    private readonly readState: ReadStateService,
  ) {}

  @CommandHandler(readConversation)
  read(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.readState.read(user, input);
  }

  @CommandHandler(deliveredConversation)
  delivered(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.readState.delivered(user, input);
  }

  @CommandHandler(unreadConversation)
  unread(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.readState.unread(user, input);
  }

  @CommandHandler(updateMembership)
  update(@CurrentUser() user: AuthUser, @Input() input: UpdateMembershipDto): Promise<MembershipUpdatedDto> {
    return this.memberships.update(user, input);
  }
}
