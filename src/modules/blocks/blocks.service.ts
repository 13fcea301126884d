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

/** Bound of the list of blocks, which sync returns as a whole. */
const MAX_BLOCKS = 1_000;

const blockCursor = cursor(uuid);

/** User-to-user blocking. Its effect on contacts is the SQL function `contact_restriction`. */
@Injectable()
export class BlocksService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly blocks: BlocksRepository,
    private readonly users: UsersService,
    private readonly accountVersions: AccountVersionService,
    private readonly publisher: Publisher,
  ) {}

  async listBlocks(user: AuthUser, query: ListBlocksDto): Promise<BlockPageDto> {
    const [afterId] = blockCursor.decode(query.cursor, [FIRST_ID]);
    const rows = await this.blocks.listBlocks(user.userId, afterId, query.limit + 1);
    const { page, nextCursor } = toPage(rows, query.limit, (last) => blockCursor.encode(last.blocked_id));
    return {
      items: page.map((row) => BlockDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.map(({ blocked_id }) => blocked_id)),
    };
  }

  async addBlock(user: AuthUser, { userId }: BlockUserDto): Promise<BlockStateDto> {
    if (userId === user.userId) throw validationError([{ field: 'userId', code: 'self_not_allowed' }]);
    await this.users.getUser(user, { userId });
    return this.setBlocked(user.userId, userId, true);
  }

  removeBlock(user: AuthUser, { userId }: BlockUserDto): Promise<BlockStateDto> {
    return this.setBlocked(user.userId, userId, false);
  }

  /** Ids of all users blocked by the user, if the blocks have changed after the account version; else null. */
  async findChangedBlockedIds(userId: string, afterVersion: number): Promise<string[] | null> {
    if (!(await this.blocks.haveBlocksChanged(userId, afterVersion))) return null;
    const rows = await this.blocks.listBlocks(userId, FIRST_ID, MAX_BLOCKS);
    return rows.map(({ blocked_id }) => blocked_id);
  }

  private setBlocked(blockerId: string, userId: string, blocked: boolean): Promise<BlockStateDto> {
    return this.unitOfWork.run(async () => {
      const accountVersion = await this.accountVersions.lockUser(blockerId);
      const isChange = blocked
        ? await this.blocks.insertBlock(blockerId, userId)
        : await this.blocks.deleteBlock(blockerId, userId);
      if (!isChange) return { userId, blocked, accountVersion };
      if (blocked) await this.requireBlockLimit(blockerId);
      const newVersion = await this.blocks.incrementBlocksVersion(blockerId);
      const state = { userId, blocked, accountVersion: newVersion };
      this.publisher.publish(blockUpdated, state, toUsers(blockerId));
      return state;
    });
  }

  private async requireBlockLimit(blockerId: string): Promise<void> {
    const rows = await this.blocks.listBlocks(blockerId, FIRST_ID, MAX_BLOCKS + 1);
    if (rows.length > MAX_BLOCKS) throw tooManyBlocks();
  }
}
