import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import type { MessageDto } from '../dto/message.dto.js';
import { ListReactionsDto, ReactDto, type ReactionPageDto } from '../dto/reactions.dto.js';
import { addReaction, listReactions, removeReaction } from './reactions.contract.js';
import { ReactionsService } from './reactions.service.js';

/** Routes of reactions. */
@ApiTags('messages')
@Controller('v1/messages/:messageId/reactions')
export class ReactionsController {
  constructor(private readonly reactions: ReactionsService) {}

  @Get()
  @Endpoint(listReactions)
  listReactions(@CurrentUser() user: AuthUser, @Input() input: ListReactionsDto): Promise<ReactionPageDto> {
    return this.reactions.listReactions(user, input);
  }

  @Put(':emoji')
  @Endpoint(addReaction)
  addReaction(@CurrentUser() user: AuthUser, @Input() input: ReactDto): Promise<MessageDto> {
    return this.reactions.addReaction(user, input);
  }

  @Delete(':emoji')
  @Endpoint(removeReaction)
  removeReaction(@CurrentUser() user: AuthUser, @Input() input: ReactDto): Promise<MessageDto> {
    return this.reactions.removeReaction(user, input);
  }
}
