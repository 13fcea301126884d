import { notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { tooManyBlocks } from './blocks.errors.js';
import { BlockUserDto, BlockPageDto, BlockStateDto, ListBlocksDto } from './dto/block.dto.js';

export const listBlocks = read('block.list', ListBlocksDto, BlockPageDto, {
  summary: 'Whom I block.',
  rest: 'GET /v1/blocks',
  permission: 'everybody',
});

export const addBlock = command('block.add', BlockUserDto, BlockStateDto, {
  summary: 'Closes what is between me and a person, both ways: the DM, calls, being added to groups.',
  rest: 'PUT /v1/blocks/{userId}',
  permission: 'everybody',
  errors: [notFound, tooManyBlocks],
});

export const removeBlock = command('block.remove', BlockUserDto, BlockStateDto, {
  summary: 'Opens it again.',
  rest: 'DELETE /v1/blocks/{userId}',
  permission: 'everybody',
});

export const blockUpdated = event('block.updated', BlockStateDto, {
  summary: 'I block somebody, or no longer.',
  recipients: 'all devices of mine',
  durable: true,
});
