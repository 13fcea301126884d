import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
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

@ChatGateway()
export class MembershipsGateway {
  constructor(private readonly marks: MembershipsService) {}

  @CommandHandler(readConversation)
  read(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.marks.read(user, input);
  }

  @CommandHandler(deliveredConversation)
  delivered(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.marks.delivered(user, input);
  }

  @CommandHandler(unreadConversation)
  unread(@CurrentUser() user: AuthUser, @Input() input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.marks.unread(user, input);
  }

  @CommandHandler(updateMembership)
  update(@CurrentUser() user: AuthUser, @Input() input: UpdateMembershipDto): Promise<MembershipUpdatedDto> {
    return this.marks.update(user, input);
  }
}
