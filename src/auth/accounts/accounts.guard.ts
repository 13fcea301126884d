import { Injectable, type CanActivate } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { notFound } from '../../kernel/errors/base.errors.js';

/** A server that keeps no accounts has none of these routes. */
@Injectable()
export class AccountsGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  canActivate(): boolean {
    if (!this.config.localAccounts) throw notFound();
    return true;
  }
}
