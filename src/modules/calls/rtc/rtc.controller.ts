import { Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input, NoInputDto } from '../../../kernel/validation/input.decorator.js';
import { CallIdDto } from '../dto/call.dto.js';
import type { IceServersDto, MediaTokenDto } from './dto/rtc.dto.js';
import { IceServersService } from './ice-servers.service.js';
import { LivekitTokensService } from './livekit-tokens.service.js';
import { issueCallToken, listIceServers } from './rtc.contract.js';

/** REST routes of ICE servers and LiveKit tokens. */
@ApiTags('calls')
@Controller('v1')
export class RtcController {
  constructor(
    private readonly tokens: LivekitTokensService,
    private readonly iceServers: IceServersService,
  ) {}

  @Post('calls/:callId/token')
  @Endpoint(issueCallToken)
  issueCallToken(@CurrentUser() user: AuthUser, @Input() input: CallIdDto): Promise<MediaTokenDto> {
    return this.tokens.issueCallToken(user, input);
  }

  @Get('rtc/ice-servers')
  @Endpoint(listIceServers)
  listIceServers(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<IceServersDto> {
    return this.iceServers.listIceServers(user);
  }
}
