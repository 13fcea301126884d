import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import { UsersService } from '../users/users.service.js';
import {
  ConversationDto,
  ConversationStateDto,
  ListedConversationDto,
  peopleOf,
  type ConversationRow,
} from './dto/conversation.dto.js';
import { MemberDto, type MemberRow } from './dto/member.dto.js';
import { MembershipDto, type MyMembershipDto } from './dto/membership.dto.js';
import { MembersRepository } from './members.repository.js';
import { ViewsRepository, type HeldRow, type PageOf } from './views.repository.js';

/** Members that a single conversation shows. */
const SHOWN_MEMBERS = 100;
/** Members that each conversation of a list shows. */
const LISTED_MEMBERS = 10;

export type { HeldRow };

/** How conversations look to somebody. */
@Injectable()
export class ViewsService {
  constructor(
    private readonly config: Config,
    private readonly views: ViewsRepository,
    private readonly members: MembersRepository,
    private readonly users: UsersService,
  ) {}

  async get(userId: string, conversationId: string): Promise<ConversationDto> {
    const view = (await this.each([userId], conversationId)).get(userId);
    if (!view) throw notFound();
    return view;
  }

  /** One conversation as each of these people sees it, if they are in it. */
  async each(
    userIds: readonly string[],
    conversationId: string,
  ): Promise<ReadonlyMap<string | null, ConversationDto>> {
    const rows = await this.views.rows(userIds, [conversationId]);
    const members = await this.members.first([conversationId], SHOWN_MEMBERS);
    const views = rows.map(
      (row) => [row.my_user_id, ListedConversationDto.of(row, members, this.config)] as const,
    );
    const users = await this.users.cards(views.flatMap(([, view]) => peopleOf(view)));
    return new Map(views.map(([userId, view]) => [userId, { ...view, users }]));
  }

  /** For who manages it, and may not be in it. */
  async ofHost(userId: string, conversationId: string): Promise<ConversationDto> {
    const own = (await this.each([userId], conversationId)).get(userId);
    if (own) return own;
    const state = await this.views.state(conversationId);
    if (!state) throw notFound();
    const members = await this.members.first([conversationId], SHOWN_MEMBERS);
    const row = { ...state, my_user_id: null } as ConversationRow;
    const view = ListedConversationDto.of(row, members, this.config);
    return { ...view, users: await this.users.cards(peopleOf(view)) };
  }

  async state(conversationId: string): Promise<ConversationStateDto> {
    const row = await this.views.state(conversationId);
    if (!row) throw notFound();
    return ConversationStateDto.from(row, this.config);
  }

  async page(page: PageOf): Promise<ListedConversationDto[]> {
    return this.listed(await this.views.page(page));
  }

  /** Those of these conversations that this person is in. */
  async among(userId: string, conversationIds: readonly string[]): Promise<ListedConversationDto[]> {
    return this.listed(await this.views.rows([userId], conversationIds));
  }

  /** The members of those conversations whose list has changed after a version, at most the first 100 of each. */
  async membersChanged(since: readonly { id: string; version: number }[]): Promise<Map<string, MemberDto[]>> {
    const members = byConversation(
      await this.members.firstOfChanged(
        since.map(({ id }) => id),
        since.map(({ version }) => version),
        SHOWN_MEMBERS,
      ),
    );
    return new Map([...members].map(([id, rows]) => [id, rows.map((row) => MemberDto.from(row))]));
  }

  async membership(userId: string, conversationId: string): Promise<MyMembershipDto> {
    const row = await this.views.membership(conversationId, userId);
    if (!row) throw notFound();
    return { conversationId, conversationVersion: row.version, me: MembershipDto.from(row) };
  }

  unread(userId: string): ReturnType<ViewsRepository['unread']> {
    return this.views.unread(userId);
  }

  held(...asked: Parameters<ViewsRepository['held']>): Promise<HeldRow[]> {
    return this.views.held(...asked);
  }

  private async listed(rows: ConversationRow[]): Promise<ListedConversationDto[]> {
    const members = byConversation(
      await this.members.first(
        rows.map(({ id }) => id),
        LISTED_MEMBERS,
      ),
    );
    return rows.map((row) => ListedConversationDto.of(row, members.get(row.id) ?? [], this.config));
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
