import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { ListMentionsDto, type MentionPageDto } from './dto/list-mentions.dto.js';
import { listMentions } from './mentions.contract.js';
import { MentionsService } from './mentions.service.js';

@ApiTags('messages')
@Controller('v1/mentions')
export class MentionsController {
  constructor(private readonly mentions: MentionsService) {}

  @Get()
  @Endpoint(listMentions)
  list(@CurrentUser() user: AuthUser, @Input() input: ListMentionsDto): Promise<MentionPageDto> {
    return this.mentions.list(user, input);
  }
}
