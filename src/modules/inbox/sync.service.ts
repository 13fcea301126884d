import { Injectable } from '@nestjs/common';
import { unauthenticated } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { FIRST_ID } from '../../kernel/paging/cursor.js';
import { BlocksService } from '../blocks/blocks.service.js';
import { peopleOf } from '../conversations/dto/conversation.dto.js';
import { ViewsService } from '../conversations/views.service.js';
import { namedBy } from '../messages/dto/message.dto.js';
import { UsersService } from '../users/users.service.js';
import type { SyncDto, SyncedConversationDto, SyncedDto } from './dto/sync.dto.js';
import { EntriesService } from './entries.service.js';
import { MineService } from './mine.service.js';
import { ACTIVITY_SLACK_MS, cursorOf, placeOf, type Place } from './sync-place.js';

/** Messages after which a page of named conversations ends. */
const MOST_MESSAGES = 1_000;
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

type Page = Pick<SyncedDto, 'mine' | 'conversations' | 'removed'>;

/**
 * Everything that somebody missed, in pages. First what is theirs alone, then what they named and has moved, then the
 * memberships that are new to their counter `me`. The answer claims the counter as it stood at the first page, so what moves meanwhile may come twice.
 */
@Injectable()
export class SyncService {
  constructor(
    private readonly views: ViewsService,
    private readonly entries: EntriesService,
    private readonly mine: MineService,
    private readonly blocks: BlocksService,
    private readonly users: UsersService,
  ) {}

  async sync(
    caller: Caller,
    { me = 0, conversations = {}, watch = [], cursor }: SyncDto,
  ): Promise<SyncedDto> {
    const user = await this.users.me(caller);
    if (!user.isActive) throw unauthenticated();
    const after = me > user.meVersion ? 0 : me; // a counter from beyond the present is of another database
    const asked = { userId: caller.userId, after, named: conversations, watch: new Set(watch) };
    const place: Place = cursor
      ? placeOf(cursor)
      : { upTo: user.meVersion, phase: 'mine', top: 0, at: after, id: FIRST_ID };

    const page: Page = { mine: null, conversations: [], removed: [] };
    let next: Place | null = place.phase === 'mine' ? await this.takeMine(asked, place, page) : place;
    if (next.phase === 'named') next = await this.takeNamed(asked, next, page);
    if (next.phase === 'down' || next.phase === 'up') next = await this.takeNew(asked, next, page);
    return {
      me: next ? me : place.upTo,
      user: cursor ? null : user,
      blocks: cursor ? null : await this.blocks.changedAfter(caller.userId, after),
      ...page,
      users: await this.users.cards(page.conversations.flatMap(peopleIn)),
      nextCursor: next && cursorOf(next),
    };
  }

  private async takeMine({ userId }: Asked, place: Place, page: Page): Promise<Place> {
    const { mine, next } = await this.mine.changedAfter(userId, place.at);
    page.mine = mine;
    return next === null ? { ...place, phase: 'named', at: 0 } : { ...place, at: next };
  }

  /** Goes through the named ones in the order of their ids, until the page has enough messages. */
  private async takeNamed({ userId, after, named, watch }: Asked, place: Place, page: Page): Promise<Place> {
    const ids = Object.keys(named).filter((id) => id > place.id);
    if (ids.length === 0) return { ...place, phase: 'down', id: FIRST_ID };
    const held = await this.views.held(
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
        if (messages >= MOST_MESSAGES) return { ...place, id: entry.conversation.id };
      }
    }
    return { ...place, phase: 'down', id: FIRST_ID };
  }

  /**
   * Newest activity first. A conversation that becomes active while the pages are read jumps over the place: so after
   * more than one page, what has been active since the first one is read again, in the direction in which nothing is missed.
   */
  private async takeNew({ userId, after, named }: Asked, place: Place, page: Page): Promise<Place | null> {
    const { phase, at, id } = place;
    const found = await this.views.page({
      userId,
      show: 'all',
      changedAfter: after,
      except: Object.keys(named),
      direction: phase === 'up' ? 'up' : 'down',
      from: at ? { at: new Date(at), id } : undefined,
      limit: PAGE + 1,
    });
    const views = found.slice(0, PAGE);
    page.conversations.push(...(await this.entries.fresh(userId, views)));
    const last = views.at(-1);
    const top = place.top || Date.parse(views[0]?.lastActivityAt ?? '1970');
    if (found.length > PAGE) return { ...place, top, at: Date.parse(last!.lastActivityAt), id: last!.id };
    const isWhole = phase === 'up' || at === 0;
    return isWhole ? null : { ...place, phase: 'up', at: top - ACTIVITY_SLACK_MS, id: FIRST_ID };
  }
}

function peopleIn({ conversation, members, messages }: SyncedConversationDto): string[] {
  return [
    ...peopleOf(conversation),
    ...(members ?? []).map(({ userId }) => userId),
    ...messages.flatMap(namedBy),
  ].filter((id) => typeof id === 'string');
}
