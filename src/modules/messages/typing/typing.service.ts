import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import type { ConversationIdDto } from '../../conversations/dto/create-conversation.dto.js';
import type { TypingDto } from './dto/typing.dto.js';
import { typingUpdated } from './typing.contract.js';
import { typingDisabled } from './typing.errors.js';
import { TypingRepository } from './typing.repository.js';

const SHOWN_MS = 6_000;
/** Starts of one person in one conversation are told so far apart. */
const APART_MS = 3_000;
/** Of more people who type at once, those who began first are told of again too early. */
const MAX_CACHED = 50_000;

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
  async start(user: AuthUser, { conversationId }: ConversationIdDto): Promise<TypingDto> {
    const known = this.justTold(user, conversationId);
    if (known) return describe(user, conversationId, known);
    const hearers = await this.hearers(user, conversationId);
    const meanwhile = this.justTold(user, conversationId); // by another device
    if (meanwhile) return describe(user, conversationId, meanwhile);
    const now = Date.now();
    return this.tell(user, conversationId, { startedAt: now, expiresAt: now + SHOWN_MS }, hearers);
  }

  /** Who was not told that somebody types is not told that they stopped. */
  async stop(user: AuthUser, { conversationId }: ConversationIdDto): Promise<TypingDto> {
    const hearers = await this.hearers(user, conversationId);
    const known = this.told.get(keyOf(user, conversationId));
    const now = Date.now();
    if (!known || known.expiresAt <= now)
      return describe(user, conversationId, known ?? { startedAt: 0, expiresAt: now });
    return this.tell(user, conversationId, { ...known, expiresAt: now }, hearers);
  }

  private justTold(user: AuthUser, conversationId: string): Told | undefined {
    const known = this.told.get(keyOf(user, conversationId));
    return known && Math.abs(Date.now() - known.startedAt) < APART_MS ? known : undefined;
  }

  private async hearers(user: AuthUser, conversationId: string): Promise<string[]> {
    await this.access.authorize(user, conversationId, 'typing');
    const { typingMaxMembers } = this.config;
    const hearers = await this.typists.hearers(conversationId, user.userId, typingMaxMembers);
    if (!hearers) throw typingDisabled();
    return hearers;
  }

  private tell(user: AuthUser, conversationId: string, told: Told, userIds: string[]): TypingDto {
    const said = describe(user, conversationId, told);
    this.keep(keyOf(user, conversationId), told);
    this.publisher.publish(typingUpdated, said, { userIds });
    return said;
  }

  private keep(key: string, told: Told): void {
    this.told.delete(key);
    this.told.set(key, told);
    const past = Date.now() - SHOWN_MS;
    for (const [oldest, { startedAt }] of this.told) {
      if (startedAt > past && this.told.size <= MAX_CACHED) break;
      this.told.delete(oldest);
    }
  }
}

function keyOf({ userId }: AuthUser, conversationId: string): string {
  return `${userId} ${conversationId}`;
}

function describe({ userId }: AuthUser, conversationId: string, { expiresAt }: Told): TypingDto {
  return { conversationId, userId, expiresAt: new Date(expiresAt).toISOString() };
}
