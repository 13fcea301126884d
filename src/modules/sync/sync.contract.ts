import { command } from '../../kernel/realtime/contract.js';
import { SyncRequestDto, SyncResponseDto } from './dto/sync.dto.js';

export const sync = command('sync', SyncRequestDto, SyncResponseDto, {
  summary: 'Returns every change that the client missed, of any age, in pages.',
  rest: 'POST /v1/sync',
  permission: 'any user',
});
