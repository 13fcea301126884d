import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { Answers } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { ListMentionsDto, type MentionPageDto } from './dto/list-mentions.dto.js';
import { listMentions } from './mentions.contract.js';
import { MentionsService } from './mentions.service.js';

@ApiTags('messages')
@Controller('v1/messages/mentions')
export class MentionsController {
  constructor(private readonly mentions: MentionsService) {}

  @Get()
  @Answers(listMentions)
  list(@CallerParam() caller: Caller, @Input() input: ListMentionsDto): Promise<MentionPageDto> {
    return this.mentions.list(caller, input);
  }
}
