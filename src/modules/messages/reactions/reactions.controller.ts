import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { Answers } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import type { MessageDto } from '../dto/message.dto.js';
import { ListReactionsDto, ReactDto, type ReactionPageDto } from './dto/reaction.dto.js';
import { addReaction, listReactions, removeReaction } from './reactions.contract.js';
import { ReactionsService } from './reactions.service.js';

@ApiTags('messages')
@Controller('v1/messages/:messageId/reactions')
export class ReactionsController {
  constructor(private readonly reactions: ReactionsService) {}

  @Get()
  @Answers(listReactions)
  list(@CallerParam() caller: Caller, @Input() input: ListReactionsDto): Promise<ReactionPageDto> {
    return this.reactions.list(caller, input);
  }

  @Put(':emoji')
  @Answers(addReaction)
  add(@CallerParam() caller: Caller, @Input() input: ReactDto): Promise<MessageDto> {
    return this.reactions.add(caller, input);
  }

  @Delete(':emoji')
  @Answers(removeReaction)
  remove(@CallerParam() caller: Caller, @Input() input: ReactDto): Promise<MessageDto> {
    return this.reactions.remove(caller, input);
  }
}
