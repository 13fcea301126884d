import { Controller, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ClientAddress } from '../../kernel/identity/auth-user.js';
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
import { SignInsService } from './sign-ins.service.js';

/** Registration and sign-ins of local accounts. */
@ApiTags('auth')
@UseGuards(AccountsGuard)
@Controller('v1/auth')
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly signIns: SignInsService,
  ) {}

  @Post('register')
  @PublicEndpoint(register)
  register(@Input() input: RegisterDto, @ClientAddress() address: string): Promise<AuthTokensDto> {
    return this.accounts.register(input, address);
  }

  @Post('login')
  @PublicEndpoint(login, 200)
  login(@Input() input: LoginDto, @ClientAddress() address: string): Promise<AuthTokensDto> {
    return this.accounts.login(input, address);
  }

  @Post('refresh')
  @PublicEndpoint(refresh, 200)
  refresh(@Input() input: RefreshTokenDto): Promise<AuthTokensDto> {
    return this.signIns.refresh(input);
  }

  @Post('logout')
  @PublicEndpoint(logout, 200)
  logout(@Input() input: RefreshTokenDto): Promise<LogoutDto> {
    return this.signIns.logout(input);
  }
}
