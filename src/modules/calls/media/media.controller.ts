import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { Answers } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { CallIdDto } from '../dto/ask-for-call.dto.js';
import type { MediaTokenDto } from './dto/media-token.dto.js';
import { issueToken } from './media.contract.js';
import { TokensService } from './tokens.service.js';

@ApiTags('calls')
@Controller('v1/calls/:callId/token')
export class MediaController {
  constructor(private readonly tokens: TokensService) {}

  @Post()
  @Answers(issueToken)
  issue(@CallerParam() caller: Caller, @Input() input: CallIdDto): Promise<MediaTokenDto> {
    return this.tokens.issue(caller, input);
  }
}
