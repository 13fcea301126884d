import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { CallFilter } from './dto/start-call.dto.js';
import type { CallRow, ParticipantRow, WholeCall } from './dto/call.dto.js';

/** A call as it stands once its conversation is locked, and the database's clock. */
export interface LockedCall {
  call: WholeCall;
  now: Date;
}

/** Somebody whom a call would ring. */
export interface Callee {
  user_id: string;
  /** False: blocked, either way, or inactive. */
  is_reachable: boolean;
  is_busy: boolean;
}

export interface PageOfCalls {
  userId: string;
  conversationId?: string;
  filter?: CallFilter;
  /** The id of the last call of the page before. */
  before: string;
}

const COLUMNS = `c.id, c.conversation_id, c.message_id, c.type, c.topology, c.state, c.created_by, c.revision, c.ring_expires_at,
  c.started_at, c.ended_at, c.end_reason`;
const WHOLE = `${COLUMNS}, v.type = 'dm' AS is_dm, clock_timestamp() AS now, (
    SELECT jsonb_agg(to_jsonb(p)) FROM call_participants p WHERE p.call_id = c.id
  ) AS people`;
const PLACE = 'JOIN conversations v ON v.id = c.conversation_id';

type Found = CallRow & { now: Date; people: Record<keyof ParticipantRow, string | null>[] };

/** What each filter asks of a call c and of my part p in it. */
const FILTERS: Record<CallFilter, string> = {
  missed: "AND p.state IN ('missed', 'busy')",
  outgoing: 'AND c.created_by = $1',
  incoming: 'AND c.created_by <> $1',
  live: "AND c.state <> 'ended'",
};

/** Where it is, and that I am there. */
const MEMBERSHIP_JOIN = `${PLACE} JOIN conversation_members m ON m.conversation_id = c.conversation_id AND m.user_id = $1`;
const MY_PART = 'LEFT JOIN call_participants p ON p.call_id = c.id AND p.user_id = $1';
/** Where calls are looked for, and by which id they are in order. */
const CALL_SOURCES = {
  /** Those that I was in or was asked into: each is looked up by itself, because those of others may be far more. */
  mine: {
    from: `call_participants p CROSS JOIN LATERAL (SELECT * FROM calls WHERE id = p.call_id OFFSET 0) c ${MEMBERSHIP_JOIN}
      WHERE p.user_id = $1 AND $3::uuid IS NULL`,
    id: 'p.call_id',
  },
  /** All of a conversation, whether I had to do with them or not. */
  there: { from: `calls c ${MY_PART} ${MEMBERSHIP_JOIN} WHERE c.conversation_id = $3`, id: 'c.id' },
  /** All that go on where I am. */
  live: { from: `calls c ${MEMBERSHIP_JOIN} WHERE $3::uuid IS NULL`, id: 'c.id' },
};

/** Calls and who is in them. Whoever changes one has locked its conversation. */
@Injectable()
export class CallsRepository {
  constructor(private readonly database: Database) {}

  async findConversationOf(callId: string): Promise<string | null> {
    const sql = 'SELECT conversation_id FROM calls WHERE id = $1';
    return (
      (await this.database.queryOne<{ conversation_id: string }>(sql, [callId]))?.conversation_id ?? null
    );
  }

  find(callId: string): Promise<LockedCall | null> {
    return this.findWhole('c.id = $1', [callId]);
  }

  findLive(conversationId: string): Promise<LockedCall | null> {
    return this.findWhole("c.conversation_id = $1 AND c.state <> 'ended'", [conversationId]);
  }

  /** The DM of two people. */
  async findDm(userId: string, otherId: string): Promise<string | null> {
    const row = await this.database.queryOne<{ id: string }>(
      `SELECT id FROM conversations
       WHERE dm_user_low = least($1::uuid, $2) AND dm_user_high = greatest($1::uuid, $2)`,
      [userId, otherId],
    );
    return row?.id ?? null;
  }

  /** The one that this person began or met with this clientId. */
  findByClientId(userId: string, clientId: string): Promise<LockedCall | null> {
    return this.findWhole(
      'c.id = (SELECT call_id FROM call_idempotency_keys WHERE user_id = $1 AND client_id = $2)',
      [userId, clientId],
    );
  }

  async now(): Promise<Date> {
    return (await this.database.queryOne<{ now: Date }>('SELECT clock_timestamp() AS now'))!.now;
  }

  /** Whether this person is in a call that they are not coming into now. */
  async isInAnother(userId: string): Promise<boolean> {
    const sql = "SELECT call_id FROM call_participants WHERE user_id = $1 AND state = 'joined'";
    return (await this.database.queryOne(sql, [userId])) !== null;
  }

  /** Everybody else there; null: there are more members than so many. */
  async callees(conversationId: string, userId: string, mostMembers: number): Promise<Callee[] | null> {
    const row = await this.database.queryOne<{ callees: Callee[] | null }>(
      `SELECT (
         SELECT jsonb_agg(jsonb_build_object('user_id', m.user_id,
           'is_reachable', contact_restriction($2, m.user_id) IS NULL,
           'is_busy', EXISTS (SELECT FROM call_participants WHERE user_id = m.user_id AND state = 'joined')))
         FROM conversation_members m WHERE m.conversation_id = $1 AND m.user_id <> $2
       ) AS callees
       WHERE has_at_most_members($1, $3)`,
      [conversationId, userId, mostMembers],
    );
    return row?.callees ?? null;
  }

  async hasMembersUpTo(conversationId: string, most: number): Promise<boolean> {
    const row = await this.database.queryOne<{ has: boolean }>('SELECT has_at_most_members($1, $2) AS has', [
      conversationId,
      most,
    ]);
    return row!.has;
  }

  /** Of these people, who is in the conversation. */
  async membersAmong(conversationId: string, userIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      'SELECT user_id FROM conversation_members WHERE conversation_id = $1 AND user_id = ANY ($2)',
      [conversationId, userIds],
    );
    return rows.map(({ user_id }) => user_id);
  }

  async insert(call: WholeCall): Promise<void> {
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
    await this.writeParticipants(call.id, call.participants);
  }

  /** False when this person has started something else with this clientId, even a moment ago. */
  async nameStart(userId: string, clientId: string, callId: string): Promise<boolean> {
    const named = await this.database.queryOne(
      `INSERT INTO call_idempotency_keys (user_id, client_id, call_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING call_id`,
      [userId, clientId, callId],
    );
    return named !== null;
  }

  /** One step: compare and set. Answers the call with its new revision. */
  async step(before: WholeCall, after: WholeCall): Promise<WholeCall> {
    await this.writeParticipants(
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
    if (!row) throw new Error('A call was changed without the lock of its conversation.');
    return { ...after, revision: row.revision };
  }

  /** What concerns nobody else: with which device somebody is in it, and until when that is believed. */
  async writeParticipants(callId: string, participants: readonly ParticipantRow[]): Promise<void> {
    await this.database.query(
      `INSERT INTO call_participants (call_id, user_id, state, device_id, joined_at, left_at, lease_expires_at, disconnected_at)
       SELECT $1, user_id, state, device_id, joined_at, left_at, lease_expires_at, disconnected_at
       FROM jsonb_populate_recordset(NULL::call_participants, $2)
       ON CONFLICT (call_id, user_id) DO UPDATE SET state = excluded.state, device_id = excluded.device_id,
         joined_at = excluded.joined_at, left_at = excluded.left_at,
         lease_expires_at = excluded.lease_expires_at, disconnected_at = excluded.disconnected_at, updated_at = clock_timestamp()`,
      [callId, JSON.stringify(participants)],
    );
  }

  /** One that reaches nobody is there for its caller alone. */
  async page({ userId, conversationId, filter, before }: PageOfCalls, limit: number): Promise<WholeCall[]> {
    const all = filter === 'live' ? CALL_SOURCES.live : CALL_SOURCES.mine;
    const { from, id } = conversationId ? CALL_SOURCES.there : all;
    const rows = await this.database.query<Found>(
      `SELECT ${WHOLE} FROM ${from} AND ${id} < $2 AND (c.message_id IS NOT NULL OR c.created_by = $1)
         ${filter ? FILTERS[filter] : ''} ORDER BY ${id} DESC LIMIT $4`,
      [userId, before, conversationId, limit],
    );
    return rows.map((row) => whole(row).call);
  }

  /** Live ones of which something was over a while ago: nobody has looked. */
  async overdue(seconds: number): Promise<WholeCall[]> {
    const rows = await this.database.query<Found>(
      `SELECT ${WHOLE} FROM calls c ${PLACE} CROSS JOIN LATERAL (SELECT now() - make_interval(secs => $1) AS at) long_ago
       WHERE c.state <> 'ended' AND (c.state = 'ringing' AND c.ring_expires_at < long_ago.at OR EXISTS (
         SELECT FROM call_participants WHERE call_id = c.id AND lease_expires_at < long_ago.at))`,
      [seconds],
    );
    return rows.map((row) => whole(row).call);
  }

  private async findWhole(condition: string, parameters: unknown[]): Promise<LockedCall | null> {
    const row = await this.database.queryOne<Found>(
      `SELECT ${WHOLE} FROM calls c ${PLACE} WHERE ${condition}`,
      parameters,
    );
    return row && whole(row);
  }
}

function whole({ people, now, ...call }: Found): LockedCall {
  const participants = people.map((person) => ({
    user_id: person.user_id!,
    state: person.state as ParticipantRow['state'],
    device_id: person.device_id,
    joined_at: instant(person.joined_at),
    left_at: instant(person.left_at),
    lease_expires_at: instant(person.lease_expires_at),
    disconnected_at: instant(person.disconnected_at),
  }));
  return { call: { ...call, participants }, now };
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
