import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { CallIdDto } from '../dto/call.dto.js';
import type { MediaTokenDto } from './dto/rtc.dto.js';
import { issueCallToken } from './rtc.contract.js';
import { LivekitTokensService } from './livekit-tokens.service.js';

/** Socket command for LiveKit tokens. */
@ChatGateway()
export class RtcGateway {
  constructor(private readonly tokens: LivekitTokensService) {}

  @CommandHandler(issueCallToken)
  issueCallToken(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<MediaTokenDto> {
    return this.tokens.issueCallToken(user, input);
  }
}
