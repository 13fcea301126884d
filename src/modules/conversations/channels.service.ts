import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { decodeCursor, isId } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { textRule } from '../../kernel/validation/rules.js';
import { ChannelDto, type ChannelPageDto, type ListChannelsDto } from './dto/channels.dto.js';
import { ConversationQueryRepository } from './conversation-query.repository.js';

const title = textRule(1, 1_000);

/** The directory of the channels that everybody may join. */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly config: Config,
    private readonly views: ConversationQueryRepository,
  ) {}

  async list(user: AuthUser, { q = '', cursor, limit = 50 }: ListChannelsDto): Promise<ChannelPageDto> {
    const after = cursor ? placeOf(cursor) : null;
    const rows = await this.views.listChannels(user.userId, q, after, limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, (last) => [last.sort_title, last.id]);
    return { items: page.map((row) => ChannelDto.from(row, this.config)), nextCursor };
  }
}

function placeOf(cursor: string): { title: string; id: string } {
  const [after, id] = decodeCursor(cursor, (value) => title(value) === undefined, isId);
  return { title: after as string, id: id as string };
}
