import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../../kernel/config/config.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { toMembersExcept, type Recipients } from '../../kernel/realtime/recipient-resolver.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { typingDisabled } from './typing.errors.js';
import type { TypingDto, TypingPlaceDto } from './dto/typing.dto.js';
import { typingUpdated } from './typing.contract.js';
import { TypingRepository } from './typing.repository.js';

/** Lifetime of an indicator in milliseconds. */
const DISPLAY_MS = 6_000;
/**
 * Smallest distance in milliseconds between two published starts of one user in one place. A client repeats its start
 * every 3 s, which must be published again before DISPLAY_MS has passed.
 */
const PUBLISH_INTERVAL_MS = 3_000;
/** Remembered states. Beyond this number the oldest one is dropped and its next start is published early. */
const MAX_CACHED_STATES = 50_000;

/** Last published state of one user in one place, in milliseconds since 1970. */
interface TypingState {
  startedAt: number;
  expiresAt: number;
}

/** Typing indicator: publishes ephemeral events, throttled for each user and place. No state is stored. */
@Injectable()
export class TypingService {
  /** Published states by user and place. */
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
  async startTyping(user: AuthUser, place: TypingPlaceDto): Promise<TypingDto> {
    const recent = this.findRecentState(user, place);
    if (recent) return toTypingDto(user, place, recent);
    const recipients = await this.getRecipients(user, place);
    // Another device of the user may have started during the query.
    const concurrent = this.findRecentState(user, place);
    if (concurrent) return toTypingDto(user, place, concurrent);
    const now = Date.now();
    const state = { startedAt: now, expiresAt: now + DISPLAY_MS };
    return this.publishState(user, place, state, recipients);
  }

  /** A stop is published only while a published start is displayed. */
  async stopTyping(user: AuthUser, place: TypingPlaceDto): Promise<TypingDto> {
    const recipients = await this.getRecipients(user, place);
    const state = this.states.get(stateKey(user, place));
    const now = Date.now();
    if (!state || state.expiresAt <= now)
      return toTypingDto(user, place, state ?? { startedAt: 0, expiresAt: now });
    return this.publishState(user, place, { ...state, expiresAt: now }, recipients);
  }

  private findRecentState(user: AuthUser, place: TypingPlaceDto): TypingState | undefined {
    const state = this.states.get(stateKey(user, place));
    return state && Math.abs(Date.now() - state.startedAt) < PUBLISH_INTERVAL_MS ? state : undefined;
  }

  /** The other members without a block between them and the typing user. */
  private async getRecipients(user: AuthUser, place: TypingPlaceDto): Promise<Recipients> {
    const { conversationId, threadRootId } = place;
    await this.access.authorize(user, conversationId, 'typing');
    const { typingMaxMembers } = this.config;
    const context = await this.repository.findTypingContext(
      conversationId,
      threadRootId,
      user.userId,
      typingMaxMembers,
    );
    if (!context) throw typingDisabled();
    if (!context.is_place) throw validationError([{ field: 'threadRootId', code: 'not_found' }]);
    return toMembersExcept(conversationId, context.members_version, [user.userId, ...context.excluded_ids]);
  }

  private publishState(
    user: AuthUser,
    place: TypingPlaceDto,
    state: TypingState,
    recipients: Recipients,
  ): TypingDto {
    const payload = toTypingDto(user, place, state);
    this.states.set(stateKey(user, place), state, { start: state.startedAt });
    this.publisher.publish(typingUpdated, payload, recipients);
    return payload;
  }
}

function stateKey({ userId }: AuthUser, { conversationId, threadRootId }: TypingPlaceDto): string {
  return [userId, conversationId, threadRootId].filter(Boolean).join(' ');
}

function toTypingDto(
  { userId }: AuthUser,
  { conversationId, threadRootId }: TypingPlaceDto,
  { expiresAt }: TypingState,
): TypingDto {
  return {
    conversationId,
    threadRootId: threadRootId ?? null,
    userId,
    expiresAt: new Date(expiresAt).toISOString(),
  };
}
