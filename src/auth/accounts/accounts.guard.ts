import { Injectable, type CanActivate } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { notFound } from '../../kernel/errors/base.errors.js';

/** Rejects the routes of local accounts with not_found unless LOCAL_ACCOUNTS is on. */
@Injectable()
export class AccountsGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  canActivate(): boolean {
    if (!this.config.localAccounts) throw notFound();
    return true;
  }
}
