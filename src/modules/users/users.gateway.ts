import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { UpdateUserDto } from './dto/update-user.dto.js';
import type { MeDto } from './dto/user.dto.js';
import { updateUser } from './users.contract.js';
import { UsersService } from './users.service.js';

@ChatGateway()
export class UsersGateway {
  constructor(private readonly users: UsersService) {}

  @On(updateUser)
  update(@CallerParam() caller: Caller, @Input() input: UpdateUserDto): Promise<MeDto> {
    return this.users.update(caller, input);
  }
}
