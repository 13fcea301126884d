import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import { UsersService } from '../users/users.service.js';
import {
  ConversationDto,
  ConversationStateDto,
  ConversationSummaryDto,
  conversationUserIds,
  type ConversationRow,
} from './dto/conversation.dto.js';
import { MemberDto, type MemberRow } from './dto/member.dto.js';
import { MembershipDto, type MembershipUpdatedDto } from './dto/membership.dto.js';
import { MembersRepository } from './members.repository.js';
import { ConversationQueryRepository, type HeldRow, type PageOf } from './conversation-query.repository.js';

/** Members that a single conversation shows. */
const SHOWN_MEMBERS = 100;
/** Members that each conversation of a list shows. */
const LISTED_MEMBERS = 10;

export type { HeldRow };

/** How conversations look to somebody. */
@Injectable()
export class ConversationQueryService {
  constructor(
    private readonly config: Config,
    private readonly views: ConversationQueryRepository,
    private readonly members: MembersRepository,
    private readonly users: UsersService,
  ) {}

  async get(userId: string, conversationId: string): Promise<ConversationDto> {
    const view = (await this.forMembers([userId], conversationId)).get(userId);
    if (!view) throw notFound();
    return view;
  }

  /** One conversation as each of these people sees it, if they are in it. */
  async forMembers(
    userIds: readonly string[],
    conversationId: string,
  ): Promise<ReadonlyMap<string | null, ConversationDto>> {
    const rows = await this.views.findForUsers(userIds, [conversationId]);
    const members = await this.members.first([conversationId], SHOWN_MEMBERS);
    const views = rows.map(
      (row) => [row.membership_user_id, ConversationSummaryDto.of(row, members, this.config)] as const,
    );
    const users = await this.users.findSummaries(views.flatMap(([, view]) => conversationUserIds(view)));
    return new Map(views.map(([userId, view]) => [userId, { ...view, users }]));
  }

  /** For who manages it, and may not be in it. */
  async forAdmin(userId: string, conversationId: string): Promise<ConversationDto> {
    const own = (await this.forMembers([userId], conversationId)).get(userId);
    if (own) return own;
    const state = await this.views.findState(conversationId);
    if (!state) throw notFound();
    const members = await this.members.first([conversationId], SHOWN_MEMBERS);
    const row = { ...state, membership_user_id: null } as ConversationRow;
    const view = ConversationSummaryDto.of(row, members, this.config);
    return { ...view, users: await this.users.findSummaries(conversationUserIds(view)) };
  }

  async getState(conversationId: string): Promise<ConversationStateDto> {
    const row = await this.views.findState(conversationId);
    if (!row) throw notFound();
    return ConversationStateDto.from(row, this.config);
  }

  async listPage(page: PageOf): Promise<ConversationSummaryDto[]> {
    return this.listed(await this.views.listPage(page));
  }

  /** Those of these conversations that this person is in. */
  async findMany(userId: string, conversationIds: readonly string[]): Promise<ConversationSummaryDto[]> {
    return this.listed(await this.views.findForUsers([userId], conversationIds));
  }

  /** The members of those conversations whose list has changed after a version, at most the first 100 of each. */
  async findChangedMembers(
    since: readonly { id: string; version: number }[],
  ): Promise<Map<string, MemberDto[]>> {
    const members = byConversation(
      await this.members.firstOfChanged(
        since.map(({ id }) => id),
        since.map(({ version }) => version),
        SHOWN_MEMBERS,
      ),
    );
    return new Map([...members].map(([id, rows]) => [id, rows.map((row) => MemberDto.from(row))]));
  }

  async getMembership(userId: string, conversationId: string): Promise<MembershipUpdatedDto> {
    const row = await this.views.findMembership(conversationId, userId);
    if (!row) throw notFound();
    return { conversationId, conversationVersion: row.version, membership: MembershipDto.from(row) };
  }

  listUnread(userId: string): ReturnType<ConversationQueryRepository['listUnread']> {
    return this.views.listUnread(userId);
  }

  changedSince(...asked: Parameters<ConversationQueryRepository['changedSince']>): Promise<HeldRow[]> {
    return this.views.changedSince(...asked);
  }

  private async listed(rows: ConversationRow[]): Promise<ConversationSummaryDto[]> {
    const members = byConversation(
      await this.members.first(
        rows.map(({ id }) => id),
        LISTED_MEMBERS,
      ),
    );
    return rows.map((row) => ConversationSummaryDto.of(row, members.get(row.id) ?? [], this.config));
  }
}

function byConversation<Row extends MemberRow & { conversation_id: string }>(
  rows: Row[],
): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const known = found.get(row.conversation_id);
    if (known) known.push(row);
    else found.set(row.conversation_id, [row]);
  }
  return found;
}
