import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { callEnded, noMediaServer, notInCall, wrongTopology } from '../calls.errors.js';
import type { CallIdDto } from '../dto/call.dto.js';
import type { MediaTokenDto } from './dto/rtc.dto.js';
import { LivekitClient } from './livekit-client.js';
import { RtcRepository } from './rtc.repository.js';

/** LiveKit tokens for participants of calls with topology sfu. */
@Injectable()
export class LivekitTokensService {
  constructor(
    private readonly repository: RtcRepository,
    private readonly access: ConversationsAccess,
    private readonly livekit: LivekitClient,
  ) {}

  async issueCallToken(user: AuthUser, { callId }: CallIdDto): Promise<MediaTokenDto> {
    const participation = await this.repository.findParticipation(callId, user);
    const { state, topology, is_joined } = this.access.requireMembershipContext(participation);
    if (state === 'ended') throw callEnded();
    if (!is_joined) throw notInCall();
    if (!this.livekit.isConfigured) throw noMediaServer();
    if (topology !== 'sfu') throw wrongTopology('The topology of the call is mesh: use call.signal.');
    return this.livekit.issueToken(callId, user.userId);
  }
}
