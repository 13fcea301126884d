import { Injectable } from '@nestjs/common';
import { unauthenticated } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { FIRST_ID } from '../../kernel/paging/cursor.js';
import { BlocksService } from '../blocks/blocks.service.js';
import { conversationUserIds } from '../conversations/dto/conversation.dto.js';
import { ConversationQueryService } from '../conversations/conversation-query.service.js';
import { referencedUserIds } from '../messages/dto/message.dto.js';
import { UsersService } from '../users/users.service.js';
import type { SyncRequestDto, ConversationDeltaDto, SyncResponseDto } from './dto/sync.dto.js';
import { SyncDeltaService } from './sync-delta.service.js';
import { AccountDeltaService } from './account-delta.service.js';
import { ACTIVITY_SLACK_MS, encodeSyncCursor, decodeSyncCursor, type SyncCursor } from './sync-cursor.js';

/** Messages after which a page of named conversations ends. */
const MAX_MESSAGES = 1_000;
/** Named conversations that are looked up together. */
const STEP = 20;
/** Conversations new to me on one page. */
const PAGE = 50;

interface Asked {
  userId: string;
  /** The value of the counter `me` that the client has. */
  after: number;
  named: Record<string, number>;
  watch: ReadonlySet<string>;
}

type Page = Pick<SyncResponseDto, 'accountData' | 'conversations' | 'removed'>;

/**
 * Everything that somebody missed, in pages. First what is theirs alone, then what they named and has moved, then the
 * memberships that are new to their counter `me`. The answer claims the counter as it stood at the first page, so what moves meanwhile may come twice.
 */
@Injectable()
export class SyncService {
  constructor(
    private readonly views: ConversationQueryService,
    private readonly entries: SyncDeltaService,
    private readonly accountDelta: AccountDeltaService,
    private readonly blocks: BlocksService,
    private readonly users: UsersService,
  ) {}

  async sync(
    authUser: AuthUser,
    { accountVersion: me = 0, conversations = {}, receiptsFor: watch = [], cursor }: SyncRequestDto,
  ): Promise<SyncResponseDto> {
    const user = await this.users.getSelf(authUser);
    if (!user.isActive) throw unauthenticated();
    const after = me > user.accountVersion ? 0 : me; // a counter from beyond the present is of another database
    const asked = { userId: authUser.userId, after, named: conversations, watch: new Set(watch) };
    const place: SyncCursor = cursor
      ? decodeSyncCursor(cursor)
      : { upTo: user.accountVersion, phase: 'account', top: 0, at: after, id: FIRST_ID };

    const page: Page = { accountData: null, conversations: [], removed: [] };
    let next: SyncCursor | null =
      place.phase === 'account' ? await this.takeAccountData(asked, place, page) : place;
    if (next.phase === 'requested') next = await this.takeRequested(asked, next, page);
    if (next.phase === 'older' || next.phase === 'newer')
      next = await this.takeMemberships(asked, next, page);
    return {
      accountVersion: next ? me : place.upTo,
      user: cursor ? null : user,
      blocks: cursor ? null : await this.blocks.changedAfter(authUser.userId, after),
      ...page,
      users: await this.users.findSummaries(page.conversations.flatMap(peopleIn)),
      nextCursor: next && encodeSyncCursor(next),
    };
  }

  private async takeAccountData({ userId }: Asked, place: SyncCursor, page: Page): Promise<SyncCursor> {
    const { accountData, next } = await this.accountDelta.changedAfter(userId, place.at);
    page.accountData = accountData;
    return next === null ? { ...place, phase: 'requested', at: 0 } : { ...place, at: next };
  }

  /** Goes through the named ones in the order of their ids, until the page has enough messages. */
  private async takeRequested(
    { userId, after, named, watch }: Asked,
    place: SyncCursor,
    page: Page,
  ): Promise<SyncCursor> {
    const ids = Object.keys(named).filter((id) => id > place.id);
    if (ids.length === 0) return { ...place, phase: 'older', id: FIRST_ID };
    const held = await this.views.changedSince(
      userId,
      ids,
      ids.map((id) => named[id]!),
      after,
    );
    page.removed.push(...held.filter(({ is_in }) => !is_in).map(({ id }) => id));
    const moved = held.filter(({ id, is_in, has_moved }) => is_in && (has_moved || watch.has(id)));
    let messages = 0;
    for (let index = 0; index < moved.length; index += STEP) {
      const step = moved.slice(index, index + STEP);
      for (const entry of await this.entries.changed(userId, step, watch)) {
        page.conversations.push(entry);
        messages += entry.messages.length;
        if (messages >= MAX_MESSAGES) return { ...place, id: entry.conversation.id };
      }
    }
    return { ...place, phase: 'older', id: FIRST_ID };
  }

  /**
   * Newest activity first. A conversation that becomes active while the pages are read jumps over the place: so after
   * more than one page, what has been active since the first one is read again, in the direction in which nothing is missed.
   */
  private async takeMemberships(
    { userId, after, named }: Asked,
    place: SyncCursor,
    page: Page,
  ): Promise<SyncCursor | null> {
    const { phase, at, id } = place;
    const found = await this.views.listPage({
      userId,
      filter: 'all',
      changedAfter: after,
      except: Object.keys(named),
      direction: phase === 'newer' ? 'newer' : 'older',
      from: at ? { at: new Date(at), id } : undefined,
      limit: PAGE + 1,
    });
    const views = found.slice(0, PAGE);
    page.conversations.push(...(await this.entries.fresh(userId, views)));
    const last = views.at(-1);
    const top = place.top || Date.parse(views[0]?.lastActivityAt ?? '1970');
    if (found.length > PAGE) return { ...place, top, at: Date.parse(last!.lastActivityAt), id: last!.id };
    const isWhole = phase === 'newer' || at === 0;
    return isWhole ? null : { ...place, phase: 'newer', at: top - ACTIVITY_SLACK_MS, id: FIRST_ID };
  }
}

function peopleIn({ conversation, members, messages }: ConversationDeltaDto): string[] {
  return [
    ...conversationUserIds(conversation),
    ...(members ?? []).map(({ userId }) => userId),
    ...messages.flatMap(referencedUserIds),
  ].filter((id) => typeof id === 'string');
}
