import { Injectable } from '@nestjs/common';
import { DraftsService } from '../drafts/drafts.service.js';
import { MessageFlagsService } from '../messages/flags/message-flags.service.js';
import { ThreadSubscriptionsService } from '../messages/threads/thread-subscriptions.service.js';
import { ScheduledMessagesService } from '../scheduled-messages/scheduled-messages.service.js';
import type { AccountDataDto } from './dto/sync.dto.js';

/** Items of one kind on one page. */
const PAGE_SIZE = 200;

interface AccountDelta {
  accountData: AccountDataDto;
  /** Whether `scheduledMessages` are all that the user has, not only the changed ones. */
  resetScheduledMessages: boolean;
  /** Greatest account version of a deleted scheduled message. */
  deletedVersion: number;
  /** Account version that this page covers; null when nothing is left. */
  next: number | null;
}

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
    private readonly scheduledMessages: ScheduledMessagesService,
  ) {
    this.sources = { messageFlags, threadSubscriptions, drafts, scheduledMessages };
  }

  /** `knownDeletion`: the `deletedVersion` of the previous page; 0 for the first one. */
  async loadAccountDelta(userId: string, after: number, knownDeletion: number): Promise<AccountDelta> {
    const lists: [string, VersionedItem[]][] = [];
    for (const [kind, source] of Object.entries(this.sources))
      lists.push([kind, await source.listAccountChanges(userId, after, PAGE_SIZE)]);
    // Read after the list, so that it names every deletion that the list does not contain.
    const deletedVersion = await this.scheduledMessages.getDeletedVersion(userId);
    const resetScheduledMessages = deletedVersion > Math.max(after, knownDeletion);
    if (resetScheduledMessages)
      lists.push([
        'scheduledMessages',
        await this.scheduledMessages.listAccountChanges(userId, 0, PAGE_SIZE),
      ]);
    const pageEnds = lists.flatMap(([, items]) =>
      items.length < PAGE_SIZE ? [] : [items.at(-1)!.accountVersion],
    );
    const next = pageEnds.length > 0 ? Math.min(...pageEnds) : null;
    const isOnPage = ({ accountVersion }: VersionedItem): boolean => next === null || accountVersion <= next;
    const accountData = Object.fromEntries(lists.map(([kind, items]) => [kind, items.filter(isOnPage)]));
    return {
      accountData: accountData as unknown as AccountDataDto,
      resetScheduledMessages,
      deletedVersion,
      next,
    };
  }
}
