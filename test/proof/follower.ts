import { getConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { MembershipDto } from '../../src/modules/conversations/dto/membership.dto.js';
import type { SyncedDto } from '../../src/modules/inbox/dto/sync.dto.js';
import { sync } from '../../src/modules/inbox/inbox.contract.js';
import { data, type Door } from '../setup/doors.js';

/** What is somebody's alone of each conversation; what is unread aside, which others change. */
type Own = Record<string, Omit<MembershipDto, 'unread'>>;

/** A client that knows of its own side only what sync says has changed since the value of the counter `me` that it has. */
export class Follower {
  private readonly known: Own = {};
  private me = 0;
  private isEnding = false;

  constructor(private readonly door: Door) {}

  /** Syncs over and over, until the end is asked for. */
  async follow(): Promise<void> {
    while (!this.isEnding) await this.syncOnce();
  }

  /** What it knows after one more sync. */
  async end(following: Promise<void>): Promise<Own> {
    this.isEnding = true;
    await following;
    await this.syncOnce();
    return this.known;
  }

  /** What it should know. */
  async readAnew(conversationIds: readonly string[]): Promise<Own> {
    const own: Own = {};
    for (const conversationId of conversationIds)
      own[conversationId] = ownOf((await data(this.door.ask(getConversation, { conversationId }))).me!);
    return own;
  }

  private async syncOnce(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page: SyncedDto = await data(this.door.ask(sync, { me: this.me, cursor }));
      for (const { conversation } of page.conversations)
        this.known[conversation.id] = ownOf(conversation.me!);
      cursor = page.nextCursor ?? undefined;
      if (!cursor) this.me = page.me;
    } while (cursor);
  }
}

function ownOf({ unread: _unread, ...own }: MembershipDto): Omit<MembershipDto, 'unread'> {
  return own;
}
