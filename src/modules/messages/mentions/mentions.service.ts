import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../kernel/identity/caller.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import type { MessageRow } from '../dto/message.dto.js';
import { MentionsRepository } from './mentions.repository.js';

/** What somebody asks for. */
interface Wanted {
  mentions?: string[];
  mentionsAll?: boolean;
}

/** Who is mentioned in a message, of those whom its sender names. */
@Injectable()
export class MentionsService {
  constructor(
    private readonly mentions: MentionsRepository,
    private readonly access: ConversationsAccess,
  ) {}

  /** Whoever must not hear of it is left out without a word, so that nobody learns of a block by it. */
  async allowed(caller: Caller, conversationId: string, wanted: Wanted): Promise<Wanted> {
    const { mentions = [], mentionsAll } = wanted;
    if (mentionsAll) await this.access.requireTo(caller, conversationId, 'message.mention_all');
    if (mentions.length === 0) return wanted;
    return {
      mentionsAll,
      mentions: await this.mentions.reachable(conversationId, caller.userId, mentions),
    };
  }

  replace(message: MessageRow, userIds: readonly string[]): Promise<void> {
    return this.mentions.replace(message, userIds);
  }
}
