import { Controller, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PublicEndpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { login, logout, refresh, register } from '../auth.contract.js';
import { AccountsGuard } from './accounts.guard.js';
import { AccountsService } from './accounts.service.js';
import {
  LoginDto,
  RefreshTokenDto,
  RegisterDto,
  type AuthTokensDto,
  type LogoutDto,
} from './dto/sign-in.dto.js';

/** Registration and sign-ins of local accounts. */
@ApiTags('auth')
@UseGuards(AccountsGuard)
@Controller('v1/auth')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post('register')
  @PublicEndpoint(register)
  register(@Input() input: RegisterDto): Promise<AuthTokensDto> {
    return this.accounts.register(input);
  }

  @Post('login')
  @PublicEndpoint(login, 200)
  login(@Input() input: LoginDto): Promise<AuthTokensDto> {
    return this.accounts.login(input);
  }

  @Post('refresh')
  @PublicEndpoint(refresh, 200)
  refresh(@Input() input: RefreshTokenDto): Promise<AuthTokensDto> {
    return this.accounts.refresh(input);
  }

  @Post('logout')
  @PublicEndpoint(logout, 200)
  logout(@Input() input: RefreshTokenDto): Promise<LogoutDto> {
    return this.accounts.logout(input);
  }
}
