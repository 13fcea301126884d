import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read, restOnly } from '../../kernel/realtime/contract.js';
import { BULK_LIMITS } from '../../kernel/validation/json-limits.js';
import { NoInputDto } from '../../kernel/validation/input.decorator.js';
import { ListUsersDto, UserIdDto } from './dto/list-users.dto.js';
import { UpdateUserDto } from './dto/update-user.dto.js';
import { UpsertUsersDto } from './dto/upsert-users.dto.js';
import { AccountDto, AccountListDto, UserDto, UserPageDto } from './dto/user.dto.js';

export const getSelf = read('user.get_self', NoInputDto, AccountDto, {
  summary: 'Who am I?',
  rest: 'GET /v1/users/me',
});

export const listUsers = read('user.list', ListUsersDto, UserPageDto, {
  summary: 'Finds people by the beginning of a name, or by their ids.',
  rest: 'GET /v1/users',
});

export const getUser = read('user.get', UserIdDto, UserDto, {
  summary: 'One person.',
  rest: 'GET /v1/users/{userId}',
  errors: [notFound],
});

export const updateUser = command('user.update', UpdateUserDto, AccountDto, {
  summary: 'Changes my profile and my settings; an admin changes anyone’s profile, and deactivates.',
  rest: 'PATCH /v1/users/{userId}',
  errors: [forbidden, notFound],
});

export const upsertUsers = restOnly('user.upsert', UpsertUsersDto, AccountListDto, {
  summary: 'Creates and changes up to 1,000 people at once, by their ids in the host product. Admins only.',
  rest: 'PUT /v1/users',
  errors: [forbidden],
  limits: BULK_LIMITS,
});

export const userUpdated = event('user.updated', AccountDto, {
  summary: 'My profile has changed.',
  recipients: 'all devices of the person',
  durable: true,
});
