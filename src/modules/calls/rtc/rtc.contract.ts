import { notFound } from '../../../kernel/errors/base.errors.js';
import { command } from '../../../kernel/realtime/contract.js';
import { callEnded, notInCall, wrongTopology } from '../calls.errors.js';
import { CallIdDto } from '../dto/start-call.dto.js';
import { MediaTokenDto } from './dto/media-token.dto.js';
import { noMediaServer } from './rtc.errors.js';

export const issueCallToken = command('call.issue_token', CallIdDto, MediaTokenDto, {
  summary:
    'The way into a call whose `media` is sfu: a key to its room on the media server, good for one minute to connect.',
  rest: 'POST /v1/calls/{callId}/token',
  permission: 'who is in the call',
  errors: [notFound, callEnded, notInCall, wrongTopology, noMediaServer],
});
