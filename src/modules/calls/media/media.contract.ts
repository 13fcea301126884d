import { notFound } from '../../../kernel/errors/base.errors.js';
import { command } from '../../../kernel/realtime/contract.js';
import { callEnded, notInCall, wrongMedia } from '../calls.errors.js';
import { CallIdDto } from '../dto/ask-for-call.dto.js';
import { MediaTokenDto } from './dto/media-token.dto.js';
import { noMediaServer } from './media.errors.js';

export const issueToken = command('call.token', CallIdDto, MediaTokenDto, {
  summary:
    'The way into a call whose `media` is sfu: a key to its room on the media server, good for one minute to connect.',
  rest: 'POST /v1/calls/{callId}/token',
  permission: 'who is in the call',
  errors: [notFound, callEnded, notInCall, wrongMedia, noMediaServer],
});
