import { read } from '../../../kernel/realtime/contract.js';
import { NoInputDto } from '../../../kernel/validation/input.decorator.js';
import { IceServersDto } from './dto/ice-servers.dto.js';

export const listIceServers = read('ice_server.list', NoInputDto, IceServersDto, {
  summary: 'The STUN and TURN servers of this place, with credentials of mine that are good for a while.',
  rest: 'GET /v1/rtc/ice-servers',
  permission: 'everybody',
});
