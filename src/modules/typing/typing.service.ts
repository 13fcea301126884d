import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../../kernel/config/config.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { typingDisabled } from './typing.errors.js';
import type { ConversationIdDto } from '../conversations/dto/create-conversation.dto.js';
import type { TypingDto } from './dto/typing.dto.js';
import { typingUpdated } from './typing.contract.js';
import { TypingRepository } from './typing.repository.js';

/** Lifetime of an indicator in milliseconds. */
const DISPLAY_MS = 6_000;
/**
 * Smallest distance in milliseconds between two published starts of one user in one conversation. A client repeats its start
 * every 3 s, which must be published again before DISPLAY_MS has passed.
 */
const PUBLISH_INTERVAL_MS = 3_000;
/** Remembered states. Beyond this number the oldest one is dropped and its next start is published early. */
const MAX_CACHED_STATES = 50_000;

/** Last published state of one user in one conversation, in milliseconds since 1970. */
interface TypingState {
  startedAt: number;
  expiresAt: number;
}

/** Typing indicator: publishes ephemeral events, throttled for each user and conversation. No state is stored. */
@Injectable()
export class TypingService {
  /** Published states by user and conversation. */
  private readonly states = new LRUCache<string, TypingState>({
    max: MAX_CACHED_STATES,
    ttl: DISPLAY_MS,
    perf: { now: () => Date.now() },
  });

  constructor(
    private readonly config: Config,
    private readonly repository: TypingRepository,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  /** A start within the publish interval returns the last published state without a query. */
  async startTyping(user: AuthUser, { conversationId }: ConversationIdDto): Promise<TypingDto> {
    const recent = this.findRecentState(user, conversationId);
    if (recent) return toTypingDto(user, conversationId, recent);
    const recipientIds = await this.getRecipientIds(user, conversationId);
    // Another device of the user may have started during the query.
    const concurrent = this.findRecentState(user, conversationId);
    if (concurrent) return toTypingDto(user, conversationId, concurrent);
    const now = Date.now();
    const state = { startedAt: now, expiresAt: now + DISPLAY_MS };
    return this.publishState(user, conversationId, state, recipientIds);
  }

  /** A stop is published only while a published start is displayed. */
  async stopTyping(user: AuthUser, { conversationId }: ConversationIdDto): Promise<TypingDto> {
    const recipientIds = await this.getRecipientIds(user, conversationId);
    const state = this.states.get(stateKey(user, conversationId));
    const now = Date.now();
    if (!state || state.expiresAt <= now)
      return toTypingDto(user, conversationId, state ?? { startedAt: 0, expiresAt: now });
    return this.publishState(user, conversationId, { ...state, expiresAt: now }, recipientIds);
  }

  private findRecentState(user: AuthUser, conversationId: string): TypingState | undefined {
    const state = this.states.get(stateKey(user, conversationId));
    return state && Math.abs(Date.now() - state.startedAt) < PUBLISH_INTERVAL_MS ? state : undefined;
  }

  private async getRecipientIds(user: AuthUser, conversationId: string): Promise<string[]> {
    await this.access.authorize(user, conversationId, 'typing');
    const { typingMaxMembers } = this.config;
    const recipientIds = await this.repository.findRecipientIds(
      conversationId,
      user.userId,
      typingMaxMembers,
    );
    if (!recipientIds) throw typingDisabled();
    return recipientIds;
  }

  private publishState(
    user: AuthUser,
    conversationId: string,
    state: TypingState,
    userIds: string[],
  ): TypingDto {
    const payload = toTypingDto(user, conversationId, state);
    this.states.set(stateKey(user, conversationId), state, { start: state.startedAt });
    this.publisher.publish(typingUpdated, payload, { userIds });
    return payload;
  }
}

function stateKey({ userId }: AuthUser, conversationId: string): string {
  return `${userId} ${conversationId}`;
}

function toTypingDto({ userId }: AuthUser, conversationId: string, { expiresAt }: TypingState): TypingDto {
  return { conversationId, userId, expiresAt: new Date(expiresAt).toISOString() };
}
