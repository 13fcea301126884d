import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import { forbidden } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import type { MessageRow } from '../dto/message.dto.js';

/** Of those who may read a message, who may read what it said before. */
const READERS: Record<Config['editHistory'], (user: AuthUser, message: MessageRow) => boolean> = {
  members: () => true,
  author: ({ userId }, { sender_id }) => userId === sender_id,
  none: () => false,
};

/** Whom the operator lets see former texts: the only place that asks. */
@Injectable()
export class EditsAccess {
  constructor(private readonly config: Config) {}

  /** What nobody may see is not kept. */
  get areKept(): boolean {
    return this.config.editHistory !== 'none';
  }

  requireReader(user: AuthUser, message: MessageRow): void {
    if (!READERS[this.config.editHistory](user, message)) throw forbidden();
  }
}
