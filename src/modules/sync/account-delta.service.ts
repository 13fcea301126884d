import { Injectable } from '@nestjs/common';
import { DraftsService } from '../drafts/drafts.service.js';
import { MessageFlagsService } from '../messages/flags/message-flags.service.js';
import { ThreadSubscriptionsService } from '../messages/threads/thread-subscriptions.service.js';
import { ScheduledMessagesService } from '../scheduled-messages/scheduled-messages.service.js';
import type { AccountDataDto } from './dto/sync.dto.js';

/** Items of one kind on one page. */
const PAGE_SIZE = 200;

interface VersionedItem {
  accountVersion: number;
}

/** Account data of all kinds that changed after an account version, in pages ordered by account version. */
@Injectable()
export class AccountDeltaService {
  private readonly sources: {
    [Kind in keyof AccountDataDto]: {
      listAccountChanges(...args: [string, number, number]): Promise<AccountDataDto[Kind]>;
    };
  };

  constructor(
    messageFlags: MessageFlagsService,
    threadSubscriptions: ThreadSubscriptionsService,
    drafts: DraftsService,
    scheduledMessages: ScheduledMessagesService,
  ) {
    this.sources = { messageFlags, threadSubscriptions, drafts, scheduledMessages };
  }

  /** `next`: account version that this page covers; null when nothing is left. */
  async loadAccountDelta(
    userId: string,
    after: number,
  ): Promise<{ accountData: AccountDataDto; next: number | null }> {
    const lists: [string, VersionedItem[]][] = [];
    for (const [kind, source] of Object.entries(this.sources))
      lists.push([kind, await source.listAccountChanges(userId, after, PAGE_SIZE)]);
    const pageEnds = lists.flatMap(([, items]) =>
      items.length < PAGE_SIZE ? [] : [items.at(-1)!.accountVersion],
    );
    const next = pageEnds.length > 0 ? Math.min(...pageEnds) : null;
    const isOnPage = ({ accountVersion }: VersionedItem): boolean => next === null || accountVersion <= next;
    const accountData = Object.fromEntries(lists.map(([kind, items]) => [kind, items.filter(isOnPage)]));
    return { accountData: accountData as unknown as AccountDataDto, next };
  }
}
