import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { callEnded, notInCall, wrongTopology } from '../calls.errors.js';
import type { CallIdDto } from '../dto/start-call.dto.js';
import type { MediaTokenDto } from './dto/media-token.dto.js';
import { LivekitClient } from './livekit-client.js';
import { noMediaServer } from './rtc.errors.js';
import { RtcRepository } from './rtc.repository.js';

/** Lets who is in a call into its room on the media server. */
@Injectable()
export class LivekitTokensService {
  constructor(
    private readonly calls: RtcRepository,
    private readonly access: ConversationsAccess,
    private readonly mediaServer: LivekitClient,
  ) {}

  async issue(user: AuthUser, { callId }: CallIdDto): Promise<MediaTokenDto> {
    const found = await this.calls.findEntrant(callId, user.userId);
    const { state, topology, is_joined } = this.access.requireMembershipContext(found);
    if (state === 'ended') throw callEnded();
    if (!is_joined) throw notInCall();
    if (!this.mediaServer.isConfigured) throw noMediaServer();
    if (topology !== 'sfu')
      throw wrongTopology('In this call each participant connects to each other: use call.signal.');
    return this.mediaServer.issue(callId, user.userId);
  }
}
