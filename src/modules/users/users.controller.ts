import { Controller, Get, Patch, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { NoInputDto } from '../../kernel/validation/no-input.dto.js';
import { ListUsersDto, UserIdDto } from './dto/list-users.dto.js';
import { UpdateUserDto } from './dto/update-user.dto.js';
import { UpsertUsersDto } from './dto/upsert-users.dto.js';
import type { MeDto, PeopleDto, UserDto, UserPageDto } from './dto/user.dto.js';
import { getMe, getUser, listUsers, updateUser, upsertUsers } from './users.contract.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@Controller('v1/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('me')
  @Answers(getMe)
  me(@CallerParam() caller: Caller, @Input() _input: NoInputDto): Promise<MeDto> {
    return this.users.me(caller);
  }

  @Get()
  @Answers(listUsers)
  list(@CallerParam() caller: Caller, @Input() input: ListUsersDto): Promise<UserPageDto> {
    return this.users.list(caller, input);
  }

  @Get(':userId')
  @Answers(getUser)
  get(@CallerParam() caller: Caller, @Input() input: UserIdDto): Promise<UserDto> {
    return this.users.get(caller, input);
  }

  @Patch(':userId')
  @Answers(updateUser)
  update(@CallerParam() caller: Caller, @Input() input: UpdateUserDto): Promise<MeDto> {
    return this.users.update(caller, input);
  }

  @Put()
  @Answers(upsertUsers)
  upsert(@CallerParam() caller: Caller, @Input() input: UpsertUsersDto): Promise<PeopleDto> {
    return this.users.upsert(caller, input);
  }
}
