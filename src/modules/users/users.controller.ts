import { Controller, Get, Patch, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input, NoInputDto } from '../../kernel/validation/input.decorator.js';
import type { AccountDto, AccountListDto } from './dto/account.dto.js';
import { UpdateUserDto, UpsertUsersDto } from './dto/update-users.dto.js';
import { ListUsersDto, UserIdDto, type UserDto, type UserPageDto } from './dto/user.dto.js';
import { getSelf, getUser, listUsers, updateUser, upsertUsers } from './users.contract.js';
import { UsersService } from './users.service.js';

/** REST routes of users. */
@ApiTags('users')
@Controller('v1/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('me')
  @Endpoint(getSelf)
  getSelf(@CurrentUser() user: AuthUser, @Input() _input: NoInputDto): Promise<AccountDto> {
    return this.users.getSelf(user);
  }

  @Get()
  @Endpoint(listUsers)
  listUsers(@CurrentUser() user: AuthUser, @Input() input: ListUsersDto): Promise<UserPageDto> {
    return this.users.listUsers(user, input);
  }

  @Get(':userId')
  @Endpoint(getUser)
  getUser(@CurrentUser() user: AuthUser, @Input() input: UserIdDto): Promise<UserDto> {
    return this.users.getUser(user, input);
  }

  @Patch(':userId')
  @Endpoint(updateUser)
  updateUser(@CurrentUser() user: AuthUser, @Input() input: UpdateUserDto): Promise<AccountDto> {
    return this.users.updateUser(user, input);
  }

  @Put()
  @Endpoint(upsertUsers)
  upsertUsers(@CurrentUser() user: AuthUser, @Input() input: UpsertUsersDto): Promise<AccountListDto> {
    return this.users.upsertUsers(user, input);
  }
}
