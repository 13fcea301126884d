import { notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { tooManyBlocks } from './blocks.errors.js';
import { BlockPageDto, BlockStateDto, BlockUserDto, ListBlocksDto } from './dto/block.dto.js';

export const listBlocks = read('block.list', ListBlocksDto, BlockPageDto, {
  summary: 'Lists the users that the current user blocks.',
  rest: 'GET /v1/blocks',
  permission: 'any user',
});

export const addBlock = command('block.add', BlockUserDto, BlockStateDto, {
  summary:
    'Blocks a user: no DM, call or invitation to a group is possible between the two, in either direction.',
  rest: 'PUT /v1/blocks/{userId}',
  permission: 'any user',
  errors: [notFound, tooManyBlocks],
});

export const removeBlock = command('block.remove', BlockUserDto, BlockStateDto, {
  summary: 'Unblocks a user.',
  rest: 'DELETE /v1/blocks/{userId}',
  permission: 'any user',
});

export const blockUpdated = event('block.updated', BlockStateDto, {
  summary: 'The current user has blocked or unblocked a user.',
  recipients: 'all devices of the blocking user',
  durable: true,
});
