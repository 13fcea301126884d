import { Controller, Patch, Post, HttpCode, HttpStatus } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { MyMembershipDto } from './dto/membership.dto.js';
import { MoveMarkDto, type MarksDto } from './dto/move-mark.dto.js';
import { UpdateMembershipDto } from './dto/update-membership.dto.js';
import {
  readConversation,
  deliveredConversation,
  unreadConversation,
  updateMembership,
} from './marks.contract.js';
import { MarksService } from './marks.service.js';

@ApiTags('marks')
@Controller('v1/conversations/:conversationId')
export class MarksController {
  constructor(private readonly marks: MarksService) {}

  @Post('read')
  @Answers(readConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  read(@CallerParam() caller: Caller, @Input() input: MoveMarkDto): Promise<MarksDto> {
    return this.marks.read(caller, input);
  }

  @Post('delivered')
  @Answers(deliveredConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  delivered(@CallerParam() caller: Caller, @Input() input: MoveMarkDto): Promise<MarksDto> {
    return this.marks.delivered(caller, input);
  }

  @Post('unread')
  @Answers(unreadConversation, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  unread(@CallerParam() caller: Caller, @Input() input: MoveMarkDto): Promise<MarksDto> {
    return this.marks.unread(caller, input);
  }

  @Patch('me')
  @Answers(updateMembership)
  update(@CallerParam() caller: Caller, @Input() input: UpdateMembershipDto): Promise<MyMembershipDto> {
    return this.marks.update(caller, input);
  }
}
