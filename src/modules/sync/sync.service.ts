import { Injectable } from '@nestjs/common';
import { DatabaseEpoch } from '../../kernel/database/database-epoch.js';
import { unauthenticated } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { FIRST_ID } from '../../kernel/paging/cursor.js';
import { BlocksService } from '../blocks/blocks.service.js';
import { ConversationQueryService } from '../conversations/conversation-query.service.js';
import { conversationUserIds } from '../conversations/dto/conversation.dto.js';
import { referencedUserIds } from '../messages/dto/message.dto.js';
import { UsersService } from '../users/users.service.js';
import { AccountDeltaService } from './account-delta.service.js';
import type { ConversationDeltaDto, SyncRequestDto, SyncResponseDto } from './dto/sync.dto.js';
import { ACTIVITY_SLACK_MS, decodeSyncCursor, encodeSyncCursor, type SyncCursor } from './sync-cursor.js';
import { SyncDeltaService } from './sync-delta.service.js';

/** Messages after which a page of requested conversations ends. */
const MAX_PAGE_MESSAGES = 1_000;
/** Requested conversations read together. */
const REQUESTED_BATCH = 20;
/** Memberships on one page. */
const MEMBERSHIP_PAGE = 50;

interface SyncQuery {
  userId: string;
  /** Account version that the client holds. */
  after: number;
  /** Requested conversations with the versions that the client holds. */
  requested: Record<string, number>;
  receiptsFor: ReadonlySet<string>;
}

type HeldState = SyncRequestDto & Required<Pick<SyncRequestDto, 'accountVersion' | 'conversations'>>;

type SyncPage = Pick<SyncResponseDto, 'accountData' | 'resetScheduledMessages' | 'conversations' | 'removed'>;

/**
 * Everything that a client missed, in pages: account data, then requested conversations that changed, then memberships
 * above the account version. The last page returns the account version of the first one, so a change in between may be
 * sent twice.
 */
@Injectable()
export class SyncService {
  constructor(
    private readonly conversationQuery: ConversationQueryService,
    private readonly syncDelta: SyncDeltaService,
    private readonly accountDelta: AccountDeltaService,
    private readonly blocks: BlocksService,
    private readonly users: UsersService,
    private readonly epoch: DatabaseEpoch,
  ) {}

  async sync(user: AuthUser, input: SyncRequestDto): Promise<SyncResponseDto> {
    const epoch = await this.epoch.getEpoch();
    const state = toHeldState(input, epoch);
    const { accountVersion, conversations: requested, usersAsOf, receiptsFor = [], cursor } = state;
    const account = await this.users.getSelf(user);
    if (!account.isActive) throw unauthenticated();
    const { userId } = user;
    const after = accountVersion > account.accountVersion ? 0 : accountVersion; // a higher version is of another database
    const query = { userId, after, requested, receiptsFor: new Set(receiptsFor) };
    const start: SyncCursor = cursor
      ? decodeSyncCursor(cursor)
      : { upTo: account.accountVersion, phase: 'account', top: 0, at: after, id: FIRST_ID };

    // Read before the conversations, so that a later change is in the next sync.
    const since = usersAsOf === undefined ? null : new Date(usersAsOf);
    const contacts = cursor ? null : await this.users.findChangedContacts(userId, since);
    const page: SyncPage = {
      accountData: null,
      resetScheduledMessages: false,
      conversations: [],
      removed: [],
    };
    let next: SyncCursor | null =
      start.phase === 'account' ? await this.addAccountData(query, start, page) : start;
    if (next.phase === 'requested') next = await this.addRequested(query, next, page);
    if (next.phase === 'older' || next.phase === 'newer') next = await this.addMemberships(query, next, page);
    return {
      epoch,
      accountVersion: next ? accountVersion : start.upTo,
      user: cursor ? null : account,
      blocks: cursor ? null : await this.blocks.findChangedBlockedIds(userId, after),
      ...page,
      users: await this.users.findSummaries([
        ...(contacts?.userIds ?? []),
        ...page.conversations.flatMap(deltaUserIds),
      ]),
      usersAsOf: contacts?.asOf.toISOString() ?? null,
      nextCursor: next && encodeSyncCursor(next),
    };
  }

  private async addAccountData(
    { userId }: SyncQuery,
    cursor: SyncCursor,
    page: SyncPage,
  ): Promise<SyncCursor> {
    const delta = await this.accountDelta.loadAccountDelta(userId, cursor.at, cursor.top);
    const { accountData, resetScheduledMessages, deletedVersion, next } = delta;
    Object.assign(page, { accountData, resetScheduledMessages });
    return next === null
      ? { ...cursor, phase: 'requested', top: 0, at: 0 }
      : { ...cursor, top: deletedVersion, at: next };
  }

  /** Requested conversations in the order of their ids, until the page holds enough messages. */
  private async addRequested(
    { userId, after, requested, receiptsFor }: SyncQuery,
    cursor: SyncCursor,
    page: SyncPage,
  ): Promise<SyncCursor> {
    const ids = Object.keys(requested).filter((id) => id > cursor.id);
    if (ids.length === 0) return { ...cursor, phase: 'older', id: FIRST_ID };
    const versions = ids.map((id) => requested[id]!);
    const rows = await this.conversationQuery.findChangedConversations(userId, ids, versions, after);
    page.removed.push(...rows.filter(({ is_member }) => !is_member).map(({ id }) => id));
    const changed = rows.filter(
      ({ id, is_member, has_changed }) => is_member && (has_changed || receiptsFor.has(id)),
    );
    let messageCount = 0;
    for (let index = 0; index < changed.length; index += REQUESTED_BATCH) {
      const batch = changed.slice(index, index + REQUESTED_BATCH);
      for (const delta of await this.syncDelta.loadChangedDeltas(userId, batch, receiptsFor)) {
        page.conversations.push(delta);
        messageCount += delta.messages.length;
        if (messageCount >= MAX_PAGE_MESSAGES) return { ...cursor, id: delta.conversation.id };
      }
    }
    return { ...cursor, phase: 'older', id: FIRST_ID };
  }

  /**
   * Memberships, newest activity first (phase older). A conversation that becomes active between two pages moves above
   * the cursor. After more than one page, activity since the first page is therefore read once more in ascending order
   * (phase newer), in which no conversation can be skipped.
   */
  private async addMemberships(
    { userId, after, requested }: SyncQuery,
    cursor: SyncCursor,
    page: SyncPage,
  ): Promise<SyncCursor | null> {
    const { phase, at, id } = cursor;
    const found = await this.conversationQuery.listConversationSummaries({
      userId,
      filter: 'all',
      changedAfter: after,
      except: Object.keys(requested),
      direction: phase === 'newer' ? 'newer' : 'older',
      from: at ? { at: new Date(at), id } : undefined,
      limit: MEMBERSHIP_PAGE + 1,
    });
    const conversations = found.slice(0, MEMBERSHIP_PAGE);
    page.conversations.push(...(await this.syncDelta.loadNewDeltas(userId, conversations)));
    const last = conversations.at(-1);
    const top = cursor.top || Date.parse(conversations[0]?.lastActivityAt ?? '1970');
    if (found.length > MEMBERSHIP_PAGE)
      return { ...cursor, top, at: Date.parse(last!.lastActivityAt), id: last!.id };
    const isComplete = phase === 'newer' || at === 0;
    return isComplete ? null : { ...cursor, phase: 'newer', at: top - ACTIVITY_SLACK_MS, id: FIRST_ID };
  }
}

/**
 * What the client holds of this epoch. Of another epoch it holds nothing: its conversations get a version above all others, for
 * which the delta is a reset.
 */
function toHeldState(input: SyncRequestDto, epoch: string): HeldState {
  const { accountVersion = 0, conversations = {} } = input;
  if (input.epoch === undefined || input.epoch === epoch) return { ...input, accountVersion, conversations };
  const resets = Object.keys(conversations).map((id) => [id, Number.MAX_SAFE_INTEGER]);
  return {
    ...input,
    accountVersion: 0,
    usersAsOf: undefined,
    conversations: Object.fromEntries(resets) as Record<string, number>,
  };
}

function deltaUserIds({ conversation, members, messages }: ConversationDeltaDto): string[] {
  return [
    ...conversationUserIds(conversation),
    ...(members ?? []).map(({ userId }) => userId),
    ...messages.flatMap(referencedUserIds),
  ].filter((id) => typeof id === 'string');
}
