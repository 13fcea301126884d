import { Injectable } from '@nestjs/common';
import { DraftsService } from '../drafts/drafts.service.js';
import { MessageFlagsService } from '../messages/flags/message-flags.service.js';
import { ThreadsService } from '../messages/threads/threads.service.js';
import { ScheduledMessagesService } from '../scheduled-messages/scheduled-messages.service.js';
import type { AccountDataDto } from './dto/account-data.dto.js';

/** Things of one kind on one page. */
const MOST = 200;

interface Versioned {
  accountVersion: number;
}

/** What is somebody's alone, of all kinds, in portions: each kind tells what has changed after a value of the counter. */
@Injectable()
export class AccountDeltaService {
  private readonly kinds: {
    [Kind in keyof AccountDataDto]: {
      changedAfter(...asked: [string, number, number]): Promise<AccountDataDto[Kind]>;
    };
  };

  constructor(
    messages: MessageFlagsService,
    threads: ThreadsService,
    drafts: DraftsService,
    scheduled: ScheduledMessagesService,
  ) {
    this.kinds = {
      messageFlags: messages,
      threadSubscriptions: threads,
      drafts,
      scheduledMessages: scheduled,
    };
  }

  /** `next`: everything up to it is in here, and there is more; null: that was all. */
  async changedAfter(
    userId: string,
    after: number,
  ): Promise<{ accountData: AccountDataDto; next: number | null }> {
    const lists: [string, Versioned[]][] = [];
    for (const [name, kind] of Object.entries(this.kinds))
      lists.push([name, await kind.changedAfter(userId, after, MOST)]);
    const ends = lists.flatMap(([, list]) => (list.length < MOST ? [] : [list.at(-1)!.accountVersion]));
    const next = ends.length > 0 ? Math.min(...ends) : null;
    const upToNext = ({ accountVersion }: Versioned): boolean => next === null || accountVersion <= next;
    const accountData = Object.fromEntries(lists.map(([kind, list]) => [kind, list.filter(upToNext)]));
    return { accountData: accountData as unknown as AccountDataDto, next };
  }
}
