import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import type { Caller } from '../../../kernel/identity/caller.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import type { ConversationIdDto } from '../../conversations/dto/create-conversation.dto.js';
import type { TypingDto } from './dto/typing.dto.js';
import { typing } from './typing.contract.js';
import { typingOff } from './typing.errors.js';
import { TypingRepository } from './typing.repository.js';

const SHOWN_MS = 6_000;
/** Starts of one person in one conversation are told so far apart. */
const APART_MS = 3_000;
/** Of more people who type at once, those who began first are told of again too early. */
const MOST_KEPT = 50_000;

/** What was last told of somebody. */
interface Told {
  startedAt: number;
  expiresAt: number;
}

/** Who is typing: told at most once, and stored nowhere. */
@Injectable()
export class TypingService {
  /** By person and conversation, oldest first: whoever has been told of in the last seconds. */
  private readonly told = new Map<string, Told>();

  constructor(
    private readonly config: Config,
    private readonly typists: TypingRepository,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  /** What was told just now is not told again, nor is anybody asked whether it may be. */
  async start(caller: Caller, { conversationId }: ConversationIdDto): Promise<TypingDto> {
    const known = this.justTold(caller, conversationId);
    if (known) return describe(caller, conversationId, known);
    const hearers = await this.hearers(caller, conversationId);
    const meanwhile = this.justTold(caller, conversationId); // by another device
    if (meanwhile) return describe(caller, conversationId, meanwhile);
    const now = Date.now();
    return this.tell(caller, conversationId, { startedAt: now, expiresAt: now + SHOWN_MS }, hearers);
  }

  /** Who was not told that somebody types is not told that they stopped. */
  async stop(caller: Caller, { conversationId }: ConversationIdDto): Promise<TypingDto> {
    const hearers = await this.hearers(caller, conversationId);
    const known = this.told.get(keyOf(caller, conversationId));
    const now = Date.now();
    if (!known || known.expiresAt <= now)
      return describe(caller, conversationId, known ?? { startedAt: 0, expiresAt: now });
    return this.tell(caller, conversationId, { ...known, expiresAt: now }, hearers);
  }

  private justTold(caller: Caller, conversationId: string): Told | undefined {
    const known = this.told.get(keyOf(caller, conversationId));
    return known && Math.abs(Date.now() - known.startedAt) < APART_MS ? known : undefined;
  }

  private async hearers(caller: Caller, conversationId: string): Promise<string[]> {
    await this.access.requireTo(caller, conversationId, 'typing');
    const { typingMaxMembers } = this.config;
    const hearers = await this.typists.hearers(conversationId, caller.userId, typingMaxMembers);
    if (!hearers) throw typingOff();
    return hearers;
  }

  private tell(caller: Caller, conversationId: string, told: Told, userIds: string[]): TypingDto {
    const said = describe(caller, conversationId, told);
    this.keep(keyOf(caller, conversationId), told);
    this.publisher.publish(typing, said, { userIds });
    return said;
  }

  private keep(key: string, told: Told): void {
    this.told.delete(key);
    this.told.set(key, told);
    const past = Date.now() - SHOWN_MS;
    for (const [oldest, { startedAt }] of this.told) {
      if (startedAt > past && this.told.size <= MOST_KEPT) break;
      this.told.delete(oldest);
    }
  }
}

function keyOf({ userId }: Caller, conversationId: string): string {
  return `${userId} ${conversationId}`;
}

function describe({ userId }: Caller, conversationId: string, { expiresAt }: Told): TypingDto {
  return { conversationId, userId, expiresAt: new Date(expiresAt).toISOString() };
}
