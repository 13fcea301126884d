import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { CallFilter, CallRow, ParticipantRow, CallWithParticipants } from './dto/call.dto.js';

/** Call read with the database clock; stable while the conversation is locked. */
export interface LockedCall {
  call: CallWithParticipants;
  now: Date;
}

/** User that a call would ring. */
export interface Callee {
  user_id: string;
  /** False when blocked in either direction, or inactive. */
  is_reachable: boolean;
  is_busy: boolean;
}

/** Query for a page of calls. */
export interface CallPageQuery {
  userId: string;
  conversationId?: string;
  filter?: CallFilter;
  /** Id of the last call of the previous page. */
  before: string;
}

const COLUMNS = `c.id, c.conversation_id, c.message_id, c.type, c.topology, c.state, c.created_by, c.revision, c.ring_expires_at,
  c.started_at, c.ended_at, c.end_reason`;
const CALL_COLUMNS = `${COLUMNS}, v.type = 'dm' AS is_dm, clock_timestamp() AS now, (
    SELECT jsonb_agg(to_jsonb(p)) FROM call_participants p WHERE p.call_id = c.id
  ) AS participant_rows`;
const CONVERSATION_JOIN = 'JOIN conversations v ON v.id = c.conversation_id';

type CallRecord = CallRow & { now: Date; participant_rows: Record<keyof ParticipantRow, string | null>[] };

/** Condition of each filter on call c and the user's participation p. */
const FILTERS: Record<CallFilter, string> = {
  missed: "AND p.state IN ('missed', 'busy')",
  outgoing: 'AND c.created_by = $1',
  incoming: 'AND c.created_by <> $1',
  live: "AND c.state <> 'ended'",
};

/** Conversation of the call, which is not deleted, and membership of user $1 in it. */
const MEMBERSHIP_JOIN = `${CONVERSATION_JOIN} AND v.deleted_at IS NULL
  JOIN conversation_members m ON m.conversation_id = c.conversation_id AND m.user_id = $1`;
const PARTICIPATION_JOIN = 'LEFT JOIN call_participants p ON p.call_id = c.id AND p.user_id = $1';
/** SQL condition that user $1 has hidden the message of call c. Not while the user is joined or rings in a live call. */
const isHiddenSql = (ownState: string): string =>
  `EXISTS (SELECT FROM hidden_messages($1) hidden WHERE hidden.message_id = c.message_id)
   AND NOT (c.state <> 'ended' AND coalesce(${ownState} IN ('joined', 'ringing'), false))`;
const OWN_STATE = '(SELECT state FROM call_participants WHERE call_id = c.id AND user_id = $1)';
/** Sources of call lists, and the id that orders them. */
const CALL_SOURCES = {
  /** Calls in which the user participates, each looked up by id, because calls of other users may be far more. */
  participated: {
    from: `call_participants p CROSS JOIN LATERAL (SELECT * FROM calls WHERE id = p.call_id OFFSET 0) c ${MEMBERSHIP_JOIN}
      WHERE p.user_id = $1 AND $3::uuid IS NULL`,
    id: 'p.call_id',
    ownState: 'p.state',
  },
  /** All calls of a conversation. */
  conversation: {
    from: `calls c ${PARTICIPATION_JOIN} ${MEMBERSHIP_JOIN} WHERE c.conversation_id = $3`,
    id: 'c.id',
    ownState: OWN_STATE,
  },
  /** Live calls in the user's conversations. */
  live: { from: `calls c ${MEMBERSHIP_JOIN} WHERE $3::uuid IS NULL`, id: 'c.id', ownState: OWN_STATE },
};

/** Calls and their participants. Callers that change a call hold the conversation lock. */
@Injectable()
export class CallsRepository {
  constructor(private readonly database: Database) {}

  async findConversationId(callId: string): Promise<string | null> {
    const sql = 'SELECT conversation_id FROM calls WHERE id = $1';
    return (
      (await this.database.queryOne<{ conversation_id: string }>(sql, [callId]))?.conversation_id ?? null
    );
  }

  findCall(callId: string): Promise<LockedCall | null> {
    return this.findCallWhere('c.id = $1', [callId]);
  }

  /** Null as well when the user has hidden the call's message. */
  findCallForUser(userId: string, callId: string): Promise<LockedCall | null> {
    return this.findCallWhere(`c.id = $2 AND NOT (${isHiddenSql(OWN_STATE)})`, [userId, callId]);
  }

  findLiveCall(conversationId: string): Promise<LockedCall | null> {
    return this.findCallWhere("c.conversation_id = $1 AND c.state <> 'ended'", [conversationId]);
  }

  /** Call that the user started or joined with this clientId. */
  findCallByClientId(userId: string, clientId: string): Promise<LockedCall | null> {
    return this.findCallWhere(
      'c.id = (SELECT call_id FROM call_idempotency_keys WHERE user_id = $1 AND client_id = $2)',
      [userId, clientId],
    );
  }

  /** Conversations of live calls in which the user is joined or rings, with the other user if one is given. */
  async listConversationsWithLiveCall(userId: string, otherUserId?: string): Promise<string[]> {
    const rows = await this.database.query<{ conversation_id: string }>(
      `SELECT c.conversation_id FROM call_participants p JOIN calls c ON c.id = p.call_id
       WHERE p.user_id = $1 AND p.state IN ('joined', 'ringing') AND c.state <> 'ended' AND ($2::uuid IS NULL
         OR EXISTS (SELECT FROM call_participants WHERE call_id = c.id AND user_id = $2))
       ORDER BY c.conversation_id`,
      [userId, otherUserId],
    );
    return rows.map(({ conversation_id }) => conversation_id);
  }

  async readClock(): Promise<Date> {
    return (await this.database.queryOne<{ now: Date }>('SELECT clock_timestamp() AS now'))!.now;
  }

  /** Whether the user has joined any call. */
  async hasJoinedCall(userId: string): Promise<boolean> {
    const sql = "SELECT call_id FROM call_participants WHERE user_id = $1 AND state = 'joined'";
    return (await this.database.queryOne(sql, [userId])) !== null;
  }

  /** All other members; null when the conversation has more members than the limit. */
  async listCallees(conversationId: string, userId: string, maxMembers: number): Promise<Callee[] | null> {
    const row = await this.database.queryOne<{ callees: Callee[] | null }>(
      `SELECT (
         SELECT jsonb_agg(jsonb_build_object('user_id', m.user_id,
           'is_reachable', contact_restriction($2, m.user_id) IS NULL,
           'is_busy', EXISTS (SELECT FROM call_participants WHERE user_id = m.user_id AND state = 'joined')))
         FROM conversation_members m WHERE m.conversation_id = $1 AND m.user_id <> $2
       ) AS callees
       WHERE has_at_most_members($1, $3)`,
      [conversationId, userId, maxMembers],
    );
    return row?.callees ?? null;
  }

  async insertCall(call: CallWithParticipants): Promise<void> {
    await this.database.query(
      `INSERT INTO calls (id, conversation_id, message_id, type, topology, state, created_by, ring_expires_at, started_at,
         ended_at, end_reason)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        call.id,
        call.conversation_id,
        call.message_id,
        call.type,
        call.topology,
        call.state,
        call.created_by,
        call.ring_expires_at,
        call.started_at,
        call.ended_at,
        call.end_reason,
      ],
    );
    await this.upsertParticipants(call.id, call.participants);
  }

  /** Returns false when the user has used the clientId for another call. */
  async insertIdempotencyKey(userId: string, clientId: string, callId: string): Promise<boolean> {
    const inserted = await this.database.queryOne(
      `INSERT INTO call_idempotency_keys (user_id, client_id, call_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING call_id`,
      [userId, clientId, callId],
    );
    return inserted !== null;
  }

  /** Compare-and-set of one transition. Returns the call with its new revision. */
  async updateCall(before: CallWithParticipants, after: CallWithParticipants): Promise<CallWithParticipants> {
    await this.upsertParticipants(
      before.id,
      after.participants.filter((participant) => !before.participants.includes(participant)),
    );
    const row = await this.database.queryOne<{ revision: number }>(
      `UPDATE calls SET state = $4, started_at = $5, ended_at = $6, end_reason = $7, revision = revision + 1,
         updated_at = clock_timestamp()
       WHERE id = $1 AND state = $2 AND revision = $3 RETURNING revision`,
      [
        before.id,
        before.state,
        before.revision,
        after.state,
        after.started_at,
        after.ended_at,
        after.end_reason,
      ],
    );
    if (!row) throw new Error('Call changed without the conversation lock.');
    return { ...after, revision: row.revision };
  }

  /** Writes participants without a new revision, for changes of device and lease only. */
  async upsertParticipants(callId: string, participants: readonly ParticipantRow[]): Promise<void> {
    await this.database.query(
      `INSERT INTO call_participants (call_id, user_id, state, device_id, socket_id, joined_at, left_at, lease_expires_at, disconnected_at)
       SELECT $1, user_id, state, device_id, socket_id, joined_at, left_at, lease_expires_at, disconnected_at
       FROM jsonb_populate_recordset(NULL::call_participants, $2)
       ON CONFLICT (call_id, user_id) DO UPDATE SET state = excluded.state, device_id = excluded.device_id,
         socket_id = excluded.socket_id, joined_at = excluded.joined_at, left_at = excluded.left_at,
         lease_expires_at = excluded.lease_expires_at, disconnected_at = excluded.disconnected_at, updated_at = clock_timestamp()`,
      [callId, JSON.stringify(participants)],
    );
  }

  /** Calls without hidden ones, newest first. A call that reaches no callee is visible to its caller only. */
  async listCalls(
    { userId, conversationId, filter, before }: CallPageQuery,
    limit: number,
  ): Promise<CallWithParticipants[]> {
    const global = filter === 'live' ? CALL_SOURCES.live : CALL_SOURCES.participated;
    const { from, id, ownState } = conversationId ? CALL_SOURCES.conversation : global;
    const rows = await this.database.query<CallRecord>(
      `SELECT ${CALL_COLUMNS} FROM ${from} AND ${id} < $2 AND (c.message_id IS NOT NULL OR c.created_by = $1)
         AND NOT (${isHiddenSql(ownState)})
         ${filter ? FILTERS[filter] : ''} ORDER BY ${id} DESC LIMIT $4`,
      [userId, before, conversationId, limit],
    );
    return rows.map((row) => toLockedCall(row).call);
  }

  /** Live calls with a deadline that passed this many seconds ago, whose timeout job was lost. */
  async listOverdue(seconds: number): Promise<CallWithParticipants[]> {
    const rows = await this.database.query<CallRecord>(
      `SELECT ${CALL_COLUMNS} FROM calls c ${CONVERSATION_JOIN} CROSS JOIN LATERAL (SELECT now() - make_interval(secs => $1) AS at) threshold
       WHERE c.state <> 'ended' AND (c.state = 'ringing' AND c.ring_expires_at < threshold.at OR EXISTS (
         SELECT FROM call_participants WHERE call_id = c.id AND lease_expires_at < threshold.at))`,
      [seconds],
    );
    return rows.map((row) => toLockedCall(row).call);
  }

  private async findCallWhere(condition: string, parameters: unknown[]): Promise<LockedCall | null> {
    const row = await this.database.queryOne<CallRecord>(
      `SELECT ${CALL_COLUMNS} FROM calls c ${CONVERSATION_JOIN} WHERE ${condition}`,
      parameters,
    );
    return row && toLockedCall(row);
  }
}

function toLockedCall({ participant_rows: rows, now, ...call }: CallRecord): LockedCall {
  const participants = rows.map((row) => ({
    user_id: row.user_id!,
    state: row.state as ParticipantRow['state'],
    device_id: row.device_id,
    socket_id: row.socket_id,
    joined_at: parseDate(row.joined_at),
    left_at: parseDate(row.left_at),
    lease_expires_at: parseDate(row.lease_expires_at),
    disconnected_at: parseDate(row.disconnected_at),
  }));
  return { call: { ...call, participants }, now };
}

function parseDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
