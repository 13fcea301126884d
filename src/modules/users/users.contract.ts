import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read, restOnly } from '../../kernel/realtime/contract.js';
import { BULK_LIMITS } from '../../kernel/validation/json-limits.js';
import { NoInputDto } from '../../kernel/validation/input.decorator.js';
import { AccountDto, AccountListDto } from './dto/account.dto.js';
import { UpdateUserDto, UpsertUsersDto } from './dto/update-users.dto.js';
import { ListUsersDto, UserDto, UserIdDto, UserPageDto } from './dto/user.dto.js';

export const getSelf = read('user.get_self', NoInputDto, AccountDto, {
  summary: 'Returns the account of the current user.',
  rest: 'GET /v1/users/me',
  permission: 'any user',
});

export const listUsers = read('user.list', ListUsersDto, UserPageDto, {
  summary: 'Lists users by the prefix of a name, by ids, or all of them.',
  rest: 'GET /v1/users',
  permission: 'any user',
});

export const getUser = read('user.get', UserIdDto, UserDto, {
  summary: 'Returns one user.',
  rest: 'GET /v1/users/{userId}',
  permission: 'any user',
  errors: [notFound],
});

export const updateUser = command('user.update', UpdateUserDto, AccountDto, {
  summary:
    'Updates the profile and settings of the current user. Only a host admin may update other users and set isActive.',
  rest: 'PATCH /v1/users/{userId}',
  permission: ['any user', 'host admin'],
  errors: [forbidden, notFound],
});

export const upsertUsers = restOnly('user.upsert', UpsertUsersDto, AccountListDto, {
  summary: 'Creates and updates up to 1,000 users by their ids in the host product.',
  rest: 'PUT /v1/users',
  permission: 'host admin',
  errors: [forbidden],
  limits: BULK_LIMITS,
});

export const accountUpdated = event('account.updated', AccountDto, {
  summary: 'The account of the current user has changed.',
  recipients: 'all devices of the user',
  durable: true,
});

export const userUpdated = event('user.updated', UserDto, {
  summary: 'The name or picture of another user has changed. A sync contains the change in `users`.',
  recipients:
    'all devices of up to 1,000 connected users, of small conversations first, who share one of the 50 most recently active conversations of the changed user',
  durable: false,
});
