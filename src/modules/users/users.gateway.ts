import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { AccountDto } from './dto/account.dto.js';
import { UpdateUserDto } from './dto/update-users.dto.js';
import { updateUser } from './users.contract.js';
import { UsersService } from './users.service.js';

/** Socket commands of users. */
@ChatGateway()
export class UsersGateway {
  constructor(private readonly users: UsersService) {}

  @CommandHandler(updateUser)
  updateUser(@CurrentUser() user: AuthUser, @Input() input: UpdateUserDto): Promise<AccountDto> {
    return this.users.updateUser(user, input);
  }
}
