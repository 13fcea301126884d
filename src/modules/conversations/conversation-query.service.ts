import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { groupByConversation } from '../../kernel/database/row-of.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, FIRST_ID, text, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { tokenizeQuery } from '../../kernel/text/tokenizer.js';
import { textRule } from '../../kernel/validation/rules.js';
import { UsersService } from '../users/users.service.js';
import {
  ConversationQueryRepository,
  type ConversationPageQuery,
  type HeldRow,
} from './conversation-query.repository.js';
import {
  ChannelDto,
  ConversationDto,
  ConversationStateDto,
  ConversationSummaryDto,
  conversationUserIds,
  type ChannelPageDto,
  type ConversationRow,
  type ListChannelsDto,
} from './dto/conversation.dto.js';
import { MemberDto, type ListMembersDto, type MemberPageDto } from './dto/member.dto.js';
import { MembershipDto, type MembershipUpdatedDto } from './dto/membership.dto.js';
import { MembersRepository } from './members/members.repository.js';

/** Members included in a single conversation. */
const MAX_MEMBERS = 100;
/** Members included in each conversation of a list. */
const MAX_LISTED_MEMBERS = 10;

const memberCursor = cursor(uuid);
const channelCursor = cursor(text(textRule(1, 1_000)), uuid);

export type { HeldRow };

/** Read model of conversations: as seen by members, by a host admin, and in lists. Checks no permissions. */
@Injectable()
export class ConversationQueryService {
  constructor(
    private readonly config: Config,
    private readonly conversations: ConversationQueryRepository,
    private readonly members: MembersRepository,
    private readonly users: UsersService,
  ) {}

  async getConversationForMember(userId: string, conversationId: string): Promise<ConversationDto> {
    const conversation = (await this.findConversationForMembers([userId], conversationId)).get(userId);
    if (!conversation) throw notFound();
    return conversation;
  }

  /** Conversation as seen by each of the users that is a member, keyed by user id. */
  async findConversationForMembers(
    userIds: readonly string[],
    conversationId: string,
  ): Promise<ReadonlyMap<string | null, ConversationDto>> {
    const rows = await this.conversations.findConversationsOfMembers(userIds, [conversationId]);
    const members = await this.members.findFirstMembers([conversationId], MAX_MEMBERS);
    const summaries = rows.map(
      (row) => [row.membership_user_id, ConversationSummaryDto.from(row, this.config, members)] as const,
    );
    const users = await this.users.findSummaries(
      summaries.flatMap(([, summary]) => conversationUserIds(summary)),
    );
    return new Map(summaries.map(([userId, summary]) => [userId, { ...summary, users }]));
  }

  /** Conversation as seen by a host admin, which need not be a member. */
  async getConversationForHostAdmin(userId: string, conversationId: string): Promise<ConversationDto> {
    const asMember = (await this.findConversationForMembers([userId], conversationId)).get(userId);
    if (asMember) return asMember;
    const state = await this.conversations.findConversationState(conversationId);
    if (!state) throw notFound();
    const members = await this.members.findFirstMembers([conversationId], MAX_MEMBERS);
    const row = { ...state, membership_user_id: null } as ConversationRow;
    const summary = ConversationSummaryDto.from(row, this.config, members);
    return { ...summary, users: await this.users.findSummaries(conversationUserIds(summary)) };
  }

  async getState(conversationId: string): Promise<ConversationStateDto> {
    const row = await this.conversations.findConversationState(conversationId);
    if (!row) throw notFound();
    return ConversationStateDto.from(row, this.config);
  }

  async listConversationSummaries(query: ConversationPageQuery): Promise<ConversationSummaryDto[]> {
    return this.toSummaries(await this.conversations.listConversations(query));
  }

  /** Public channels, the directory for users that are not members. */
  async listChannels(user: AuthUser, { q, ...query }: ListChannelsDto): Promise<ChannelPageDto> {
    const [title, id] = channelCursor.decode(query.cursor, ['', FIRST_ID]);
    const after = query.cursor ? { title, id } : null;
    const terms = q === undefined ? null : tokenizeQuery(q);
    if (terms?.length === 0) return { items: [], nextCursor: null };
    const rows = await this.conversations.listChannels(user.userId, terms, after, query.limit + 1);
    const { page, nextCursor } = toPage(rows, query.limit, (last) =>
      channelCursor.encode(last.sort_title, last.id),
    );
    return { items: page.map((row) => ChannelDto.from(row, this.config)), nextCursor };
  }

  async listMembers({ conversationId, ...query }: ListMembersDto): Promise<MemberPageDto> {
    const [afterId] = memberCursor.decode(query.cursor, [FIRST_ID]);
    const rows = await this.members.listMembersAfter(conversationId, afterId, query.limit + 1);
    const { page, nextCursor } = toPage(rows, query.limit, (last) => memberCursor.encode(last.user_id));
    return {
      items: page.map((row) => MemberDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.map(({ user_id }) => user_id)),
    };
  }

  /** Those of the conversations that the user is a member of. */
  async findConversationSummaries(
    userId: string,
    conversationIds: readonly string[],
  ): Promise<ConversationSummaryDto[]> {
    return this.toSummaries(await this.conversations.findConversationsOfMembers([userId], conversationIds));
  }

  /** First members of each conversation whose member list changed after the version, keyed by conversation id. */
  async findChangedMembers(
    conversations: readonly { id: string; version: number }[],
  ): Promise<Map<string, MemberDto[]>> {
    const rows = await this.members.findFirstMembersOfChanged(
      conversations.map(({ id }) => id),
      conversations.map(({ version }) => version),
      MAX_MEMBERS,
    );
    return groupByConversation(rows, (row) => MemberDto.from(row));
  }

  async getMembership(userId: string, conversationId: string): Promise<MembershipUpdatedDto> {
    const row = await this.conversations.findMembership(conversationId, userId);
    if (!row) throw notFound();
    return { conversationId, conversationVersion: row.version, membership: MembershipDto.from(row) };
  }

  listUnreadCounts(userId: string): ReturnType<ConversationQueryRepository['listUnreadCounts']> {
    return this.conversations.listUnreadCounts(userId);
  }

  findChangedConversations(
    ...query: Parameters<ConversationQueryRepository['findChangedConversations']>
  ): Promise<HeldRow[]> {
    return this.conversations.findChangedConversations(...query);
  }

  /** Id of the DM of two users. */
  findDirectMessageId(userId: string, otherId: string): Promise<string | null> {
    return this.conversations.findDirectMessageId(userId, otherId);
  }

  hasAtMostMembers(conversationId: string, max: number): Promise<boolean> {
    return this.members.hasAtMostMembers(conversationId, max);
  }

  /** Given users that are members of the conversation. */
  async filterMembers(conversationId: string, userIds: readonly string[]): Promise<string[]> {
    return (await this.members.findMembers(conversationId, userIds)).map(({ user_id }) => user_id);
  }

  private async toSummaries(rows: ConversationRow[]): Promise<ConversationSummaryDto[]> {
    const conversationIds = rows.map(({ id }) => id);
    const members = groupByConversation(
      await this.members.findFirstMembers(conversationIds, MAX_LISTED_MEMBERS),
      (row) => row,
    );
    return rows.map((row) => ConversationSummaryDto.from(row, this.config, members.get(row.id)));
  }
}
