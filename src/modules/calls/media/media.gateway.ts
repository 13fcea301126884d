import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { ChatGateway } from '../../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { CallIdDto } from '../dto/ask-for-call.dto.js';
import type { MediaTokenDto } from './dto/media-token.dto.js';
import { issueToken } from './media.contract.js';
import { TokensService } from './tokens.service.js';

@ChatGateway()
export class MediaGateway {
  constructor(private readonly tokens: TokensService) {}

  @On(issueToken)
  issue(@CallerParam() caller: Caller, @Input() input: CallIdDto): Promise<MediaTokenDto> {
    return this.tokens.issue(caller, input);
  }
}
