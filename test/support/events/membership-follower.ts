import { getConversation } from '../../../src/modules/conversations/conversations.contract.js';
import type { MembershipDto } from '../../../src/modules/conversations/dto/membership.dto.js';
import type { SyncResponseDto } from '../../../src/modules/sync/dto/sync.dto.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import { expectData, type Transport } from '../clients/transports.js';

/** Private memberships by conversation, without unread counts, which other users change. */
type PrivateMemberships = Record<string, Omit<MembershipDto, 'unread'>>;

/** Client that learns of its memberships only from sync, by its account version. */
export class MembershipFollower {
  private readonly memberships: PrivateMemberships = {};
  private me = 0;
  private isEnding = false;

  constructor(private readonly transport: Transport) {}

  /** Syncs repeatedly until the end is requested. */
  async follow(): Promise<void> {
    while (!this.isEnding) await this.syncOnce();
  }

  /** Memberships after a last sync. */
  async finish(following: Promise<void>): Promise<PrivateMemberships> {
    this.isEnding = true;
    await following;
    await this.syncOnce();
    return this.memberships;
  }

  /** Expected memberships. */
  async readFreshMemberships(conversationIds: readonly string[]): Promise<PrivateMemberships> {
    const own: PrivateMemberships = {};
    for (const conversationId of conversationIds)
      own[conversationId] = withoutUnread(
        (await expectData(this.transport.request(getConversation, { conversationId }))).membership!,
      );
    return own;
  }

  private async syncOnce(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page: SyncResponseDto = await expectData(
        this.transport.request(sync, { accountVersion: this.me, cursor }),
      );
      for (const { conversation } of page.conversations)
        this.memberships[conversation.id] = withoutUnread(conversation.membership!);
      cursor = page.nextCursor ?? undefined;
      if (!cursor) this.me = page.accountVersion;
    } while (cursor);
  }
}

function withoutUnread({ unread: _unread, ...own }: MembershipDto): Omit<MembershipDto, 'unread'> {
  return own;
}
