import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { FIRST_ID } from '../../kernel/paging/cursor.js';
import { afterId, pageOf } from '../../kernel/paging/page.js';
import { toUsers } from '../../kernel/realtime/audience.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { refuse } from '../../kernel/validation/refuse.js';
import { CounterService } from '../users/counter.service.js';
import { UsersService } from '../users/users.service.js';
import { blockUpdated } from './blocks.contract.js';
import { tooManyBlocks } from './blocks.errors.js';
import { BlocksRepository } from './blocks.repository.js';
import {
  BlockDto,
  type BlockedDto,
  type BlockPageDto,
  type BlockStateDto,
  type ListBlocksDto,
} from './dto/block.dto.js';

/** Sync brings all of them at once, so there is an end to them. */
const MOST_BLOCKS = 1_000;

/** Who wants nothing to do with whom. What a block closes is asked of the database where it matters: `contact_barrier`. */
@Injectable()
export class BlocksService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly blocks: BlocksRepository,
    private readonly users: UsersService,
    private readonly counter: CounterService,
    private readonly publisher: Publisher,
  ) {}

  async list(caller: Caller, { cursor, limit = 50 }: ListBlocksDto): Promise<BlockPageDto> {
    const rows = await this.blocks.page(caller.userId, afterId(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, ({ blocked_id }) => [blocked_id]);
    return {
      items: page.map((row) => BlockDto.from(row)),
      nextCursor,
      users: await this.users.cards(page.map(({ blocked_id }) => blocked_id)),
    };
  }

  async add(caller: Caller, { userId }: BlockedDto): Promise<BlockStateDto> {
    if (userId === caller.userId) throw refuse([{ field: 'userId', code: 'yourself' }]);
    await this.users.get(caller, { userId });
    return this.change(caller, userId, true);
  }

  remove(caller: Caller, { userId }: BlockedDto): Promise<BlockStateDto> {
    return this.change(caller, userId, false);
  }

  /** Everybody that this person blocks, if that has changed after this value of their counter `me`; else null. */
  async changedAfter(userId: string, after: number): Promise<string[] | null> {
    if (!(await this.blocks.hasChanged(userId, after))) return null;
    const rows = await this.blocks.page(userId, FIRST_ID, MOST_BLOCKS);
    return rows.map(({ blocked_id }) => blocked_id);
  }

  private change({ userId: me }: Caller, userId: string, blocked: boolean): Promise<BlockStateDto> {
    return this.unitOfWork.run(async () => {
      const meVersion = await this.counter.lock(me);
      const changed = blocked ? await this.blocks.insert(me, userId) : await this.blocks.delete(me, userId);
      if (!changed) return { userId, blocked, meVersion };
      if (blocked && (await this.blocks.page(me, FIRST_ID, MOST_BLOCKS + 1)).length > MOST_BLOCKS)
        throw tooManyBlocks();
      const state = { userId, blocked, meVersion: await this.blocks.bump(me) };
      this.publisher.publish(blockUpdated, state, toUsers(me));
      return state;
    });
  }
}
