import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { MIN_PASSWORD_LENGTH } from './dto/sign-in.dto.js';

/** Passwords that attackers try first: a published list of the most frequent ones (NIST SP 800-63B, 5.1.1.2). */
@Injectable()
export class CommonPasswords implements OnModuleInit {
  private passwords: ReadonlySet<string> = new Set();

  constructor(private readonly config: Config) {}

  async onModuleInit(): Promise<void> {
    if (!this.config.localAccounts) return;
    const { dictionary } = await import('@zxcvbn-ts/language-common');
    const frequent = dictionary['passwords-common'];
    this.passwords = new Set(frequent.filter(({ length }) => length >= MIN_PASSWORD_LENGTH));
  }

  /** Rejects a frequent password, and one that is the username or the e-mail address, in any letter case. */
  validatePassword(password: string, { username, email }: { username: string; email: string | null }): void {
    const normalized = password.normalize('NFKC').toLowerCase();
    const own = [username, email, email?.split('@')[0]].map((name) => name?.toLowerCase());
    if (this.passwords.has(normalized) || own.includes(normalized))
      throw validationError([{ field: 'password', code: 'too_common' }]);
  }
}
