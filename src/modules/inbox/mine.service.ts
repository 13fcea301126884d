import { Injectable } from '@nestjs/common';
import { DraftsService } from '../drafts/drafts.service.js';
import { MyMessagesService } from '../messages/mine/my-messages.service.js';
import { ThreadsService } from '../messages/threads/threads.service.js';
import { ScheduledService } from '../scheduled/scheduled.service.js';
import type { MineDto } from './dto/mine.dto.js';

/** Things of one kind on one page. */
const MOST = 200;

interface Versioned {
  meVersion: number;
}

/** What is somebody's alone, of all kinds, in portions: each kind tells what has changed after a value of the counter. */
@Injectable()
export class MineService {
  private readonly kinds: {
    [Kind in keyof MineDto]: { changedAfter(...asked: [string, number, number]): Promise<MineDto[Kind]> };
  };

  constructor(
    messages: MyMessagesService,
    threads: ThreadsService,
    drafts: DraftsService,
    scheduled: ScheduledService,
  ) {
    this.kinds = { messages, threads, drafts, scheduled };
  }

  /** `next`: everything up to it is in here, and there is more; null: that was all. */
  async changedAfter(userId: string, after: number): Promise<{ mine: MineDto; next: number | null }> {
    const lists: [string, Versioned[]][] = [];
    for (const [name, kind] of Object.entries(this.kinds))
      lists.push([name, await kind.changedAfter(userId, after, MOST)]);
    const ends = lists.flatMap(([, list]) => (list.length < MOST ? [] : [list.at(-1)!.meVersion]));
    const next = ends.length > 0 ? Math.min(...ends) : null;
    const upToNext = ({ meVersion }: Versioned): boolean => next === null || meVersion <= next;
    const mine = Object.fromEntries(lists.map(([kind, list]) => [kind, list.filter(upToNext)]));
    return { mine: mine as unknown as MineDto, next };
  }
}
