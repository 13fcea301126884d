import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, FIRST_ID, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { AccountVersionService } from '../users/account-version.service.js';
import { UsersService } from '../users/users.service.js';
import { blockUpdated } from './blocks.contract.js';
import { tooManyBlocks } from './blocks.errors.js';
import { BlocksRepository } from './blocks.repository.js';
import {
  BlockDto,
  type BlockUserDto,
  type BlockPageDto,
  type BlockStateDto,
  type ListBlocksDto,
} from './dto/block.dto.js';

/** Sync brings all of them at once, so there is an end to them. */
const MAX_BLOCKS = 1_000;

const blockCursor = cursor(uuid);

/** Who wants nothing to do with whom. What a block closes is asked of the database where it matters: `contact_restriction`. */
@Injectable()
export class BlocksService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly blocks: BlocksRepository,
    private readonly users: UsersService,
    private readonly counter: AccountVersionService,
    private readonly publisher: Publisher,
  ) {}

  async list(user: AuthUser, query: ListBlocksDto): Promise<BlockPageDto> {
    const [afterId] = blockCursor.decode(query.cursor, [FIRST_ID]);
    const rows = await this.blocks.page(user.userId, afterId, query.limit + 1);
    const { page, nextCursor } = toPage(rows, query.limit, (last) => blockCursor.encode(last.blocked_id));
    return {
      items: page.map((row) => BlockDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.map(({ blocked_id }) => blocked_id)),
    };
  }

  async add(user: AuthUser, { userId }: BlockUserDto): Promise<BlockStateDto> {
    if (userId === user.userId) throw validationError([{ field: 'userId', code: 'self_not_allowed' }]);
    await this.users.get(user, { userId });
    return this.change(user, userId, true);
  }

  remove(user: AuthUser, { userId }: BlockUserDto): Promise<BlockStateDto> {
    return this.change(user, userId, false);
  }

  /** Everybody that this person blocks, if that has changed after this value of their counter `me`; else null. */
  async changedAfter(userId: string, after: number): Promise<string[] | null> {
    if (!(await this.blocks.hasChanged(userId, after))) return null;
    const rows = await this.blocks.page(userId, FIRST_ID, MAX_BLOCKS);
    return rows.map(({ blocked_id }) => blocked_id);
  }

  private change({ userId: me }: AuthUser, userId: string, blocked: boolean): Promise<BlockStateDto> {
    return this.unitOfWork.run(async () => {
      const accountVersion = await this.counter.lockUser(me);
      const changed = blocked ? await this.blocks.insert(me, userId) : await this.blocks.delete(me, userId);
      if (!changed) return { userId, blocked, accountVersion };
      if (blocked && (await this.blocks.page(me, FIRST_ID, MAX_BLOCKS + 1)).length > MAX_BLOCKS)
        throw tooManyBlocks();
      const state = { userId, blocked, accountVersion: await this.blocks.bump(me) };
      this.publisher.publish(blockUpdated, state, toUsers(me));
      return state;
    });
  }
}
