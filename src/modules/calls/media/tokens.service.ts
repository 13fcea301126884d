import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../kernel/identity/caller.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { callEnded, notInCall, wrongMedia } from '../calls.errors.js';
import type { CallIdDto } from '../dto/ask-for-call.dto.js';
import type { MediaTokenDto } from './dto/media-token.dto.js';
import { MediaServer } from './media-server.js';
import { noMediaServer } from './media.errors.js';
import { MediaRepository } from './media.repository.js';

/** Lets who is in a call into its room on the media server. */
@Injectable()
export class TokensService {
  constructor(
    private readonly calls: MediaRepository,
    private readonly access: ConversationsAccess,
    private readonly mediaServer: MediaServer,
  ) {}

  async issue(caller: Caller, { callId }: CallIdDto): Promise<MediaTokenDto> {
    const found = await this.calls.findEntrant(callId, caller.userId);
    const { state, media, is_joined } = this.access.requireStanding(found);
    if (state === 'ended') throw callEnded();
    if (!is_joined) throw notInCall();
    if (!this.mediaServer.isConfigured) throw noMediaServer();
    if (media !== 'sfu')
      throw wrongMedia('In this call each participant connects to each other: use call.signal.');
    return this.mediaServer.issue(callId, caller.userId);
  }
}
