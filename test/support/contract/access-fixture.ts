import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { ProblemDetailsDto } from '../../../src/kernel/errors/problem-details.dto.js';
import type { CallStateDto } from '../../../src/modules/messages/dto/call-state.dto.js';
import { v7 as newId } from 'uuid';
import { Device, restTransport, type Transport } from '../clients/transports.js';
import { toPollRow } from '../database/poll-payload.js';
import { createUser, type TestUser, type TestServer } from '../servers/test-server.js';
import { signToken } from '../clients/tokens.js';

/**
 * A group and a channel have all of these roles; in a DM one of `PAIR` is with `other`, and the others are
 * non-members.
 */
export const ROLES = [
  'anonymous',
  'expired',
  'outsider',
  'former',
  'member',
  'admin',
  'owner',
  'host',
  'blocker',
  'blocked',
] as const;
export type Role = (typeof ROLES)[number];
export type ConversationKind = 'group' | 'channel' | 'dm';

const PAIR: readonly Role[] = ['member', 'blocker', 'blocked'];
const ROLES_IN_DM: readonly Role[] = ['anonymous', 'expired', 'outsider', 'host', ...PAIR];

export function rolesIn(place: ConversationKind): readonly Role[] {
  return place === 'dm' ? ROLES_IN_DM : ROLES;
}

/**
 * Users affected by the actors: `other` is a member, `blockingUser` blocks the managers, and the managers block
 * `userBlockedByManagers`.
 */
const EXTRAS = [
  'other',
  'newMember',
  'blockingUser',
  'userBlockedByManagers',
  'secondAdmin',
  'secondOwner',
  'bystander',
] as const;
type Extra = (typeof EXTRAS)[number];

/** Ids of one conversation and its parts, as inputs of operations. */
export type AccessContext = Record<Extra, string> & {
  conversationId: string;
  /** Id and token of the actor. */
  actor: string;
  token: string;
  /** Message of the actor if it has ever been a member, otherwise of `other`. */
  own: string;
  /** Message of `other`. */
  others: string;
  /** Scheduled message of the actor if it is a member, otherwise of `other`. */
  ownScheduled: string;
  /** Scheduled message of `other`. */
  othersScheduled: string;
  /** Poll of the actor if it has ever been a member, otherwise of `other`. */
  ownPoll: string;
  /** Poll of `other`, and one of its options. */
  othersPoll: string;
  othersOption: string;
  /** Files without a message: of the actor, and of `other`. */
  ownFile: string;
  othersFile: string;
  /** File in a message of `other`. */
  shownFile: string;
  /** Call of `other` that rings for the actor if it is a member; channels have none. */
  call: string;
};

const MEMBERS: Partial<Record<Role | Extra, string>> = {
  owner: 'owner',
  secondOwner: 'owner',
  admin: 'admin',
  secondAdmin: 'admin',
  member: 'member',
  other: 'member',
  blocker: 'member',
  blocked: 'member',
};
const AUTHORS: (Role | Extra)[] = ['other', 'owner', 'admin', 'member', 'blocker', 'blocked', 'former'];
const BLOCKS: [by: Role | Extra, blocked: Role | Extra][] = [
  ['blocker', 'other'],
  ['other', 'blocked'],
  ['blockingUser', 'owner'],
  ['blockingUser', 'admin'],
  ['owner', 'userBlockedByManagers'],
  ['admin', 'userBlockedByManagers'],
];

/** SQL of rows of features in a conversation. Their ids are those of the context. */
const FEATURE_ROWS: ((ids: Record<'conversationId' | 'others' | 'other', string>) => string)[] = [];

/** Constant users, and a new conversation for each case. */
export class AccessFixture {
  private constructor(
    private readonly sql: Client,
    private readonly users: Record<string, TestUser>,
    private readonly transports: Record<Role, Record<Transport['name'], Transport>>,
    private readonly devices: Device[],
  ) {}

  static async create(server: TestServer): Promise<AccessFixture> {
    const sql = new Client({ connectionString: server.database.url });
    await sql.connect();
    const users: Record<string, TestUser> = {};
    for (const name of [...ROLES, ...EXTRAS])
      users[name] = await createUser(server, name, name === 'host' ? { role: 'admin' } : {});
    users.anonymous!.token = '';
    users.expired!.token = await signToken({ sub: 'host-expired', exp: Math.floor(Date.now() / 1000) - 60 });
    const devices: Device[] = [];
    const transportsOf = async (role: Role): Promise<Record<Transport['name'], Transport>> => {
      const { token } = users[role]!;
      const rest = restTransport(server.url, token);
      if (role === 'anonymous' || role === 'expired')
        return { rest, socket: rejectedTransport(server.url, token) };
      const device = await Device.connect(server.url, token);
      devices.push(device);
      return { rest, socket: device };
    };
    const transports = await Promise.all(
      ROLES.map(async (role) => [role, await transportsOf(role)] as const),
    );
    return new AccessFixture(
      sql,
      users,
      Object.fromEntries(transports) as AccessFixture['transports'],
      devices,
    );
  }

  transport(role: Role, name: Transport['name']): Transport {
    return this.transports[role][name];
  }

  /** Deletes and creates the conversation, so that no earlier case has an effect. */
  async createContext(place: ConversationKind, role: Role): Promise<AccessContext> {
    const conversationId = newId();
    const pair = ['other', PAIR.includes(role) ? role : 'member'];
    const members = Object.entries(MEMBERS).filter(([name]) => place !== 'dm' || pair.includes(name));
    const authors = AUTHORS.filter((name) => place !== 'dm' || pair.includes(name));
    const messages = authors.map((name, index) => ({ id: newId(), name, seq: index + 1 }));
    const polls = authors.map((name, index) => toPollRow(name, messages.length + index + 1));
    const lastSeq = messages.length + polls.length;
    const scheduled = members.map(([name]) => ({ id: newId(), name }));
    const file = (of: string, isShown = false): { id: string; of: string; isShown: boolean } => {
      return { id: newId(), of, isShown };
    };
    const files = [file(role), file('other'), file('other', true)] as const;
    const [ownFile, othersFile, shownFile] = files;
    const call = newId();
    const [low, high] = pair.map((name) => this.id(name)).sort();
    await this.sql.query(`
      DELETE FROM conversations;
      DELETE FROM attachments;
      DELETE FROM user_blocks;
      UPDATE users SET is_active = true WHERE NOT is_active;
      INSERT INTO conversations (id, type, title, is_private, dm_user_low, dm_user_high, version, last_seq, last_main_seq)
      VALUES ('${conversationId}', '${place}', ${place === 'dm' ? 'NULL' : `'Title'`}, ${place !== 'channel'},
        ${place === 'dm' ? `'${low}', '${high}'` : 'NULL, NULL'}, ${lastSeq + 1}, ${lastSeq}, ${lastSeq});
      INSERT INTO conversation_members (conversation_id, user_id, role) VALUES ${members
        .map(
          ([name, memberRole]) =>
            `('${conversationId}', '${this.id(name)}', '${place === 'dm' ? 'member' : memberRole}')`,
        )
        .join()};
      INSERT INTO messages (id, conversation_id, seq, version, sender_id, type, content) VALUES ${messages
        .map(
          ({ id, name, seq }) =>
            `('${id}', '${conversationId}', ${seq}, ${seq}, '${this.id(name)}', 'text', 'Hi')`,
        )
        .join()};
      INSERT INTO messages (id, conversation_id, seq, version, sender_id, type, content, payload) VALUES ${polls
        .map(
          ({ messageId, name, seq, state }) =>
            `('${messageId}', '${conversationId}', ${seq}, ${seq}, '${this.id(name)}', 'poll', 'Well?', '${JSON.stringify(state)}')`,
        )
        .join()};
      INSERT INTO polls (id, message_id, question) VALUES ${polls
        .map(({ state, messageId }) => `('${state.id}', '${messageId}', 'Well?')`)
        .join()};
      INSERT INTO poll_options (id, poll_id, text, position) VALUES ${polls
        .flatMap(({ state }) =>
          state.options.map(({ id, position }) => `('${id}', '${state.id}', 'Yes', ${position})`),
        )
        .join()};
      INSERT INTO scheduled_messages (id, conversation_id, sender_id, content, send_at, version) VALUES ${scheduled
        .map(
          ({ id, name }) =>
            `('${id}', '${conversationId}', '${this.id(name)}', 'Later', now() + interval '1 day', 1)`,
        )
        .join()};
      INSERT INTO attachments (id, owner_id, state, kind, mime_type, size, filename, linked_at) VALUES ${files
        .map(
          ({ id, of, isShown }) =>
            `('${id}', '${this.id(of)}', 'ready', 'file', 'text/plain', 1, 'a.txt', ${isShown ? 'now()' : 'NULL'})`,
        )
        .join()};
      INSERT INTO attachment_links (message_id, position, attachment_id, conversation_id)
      VALUES ('${messages[0]!.id}', 0, '${shownFile.id}', '${conversationId}');
      ${place === 'channel' ? '' : this.ringingCallSql(call, conversationId, members.map(([name]) => name).includes(role) ? role : 'other')}
      INSERT INTO user_blocks (blocker_id, blocked_id)
      VALUES ${BLOCKS.map(([by, blocked]) => `('${this.id(by)}', '${this.id(blocked)}')`).join()}`);
    const others = messages[0]!.id;
    for (const toSql of FEATURE_ROWS)
      await this.sql.query(toSql({ conversationId, others, other: this.id('other') }));
    const scheduledBy = (sender: string): string | undefined =>
      scheduled.find(({ name }) => name === sender)?.id;
    const othersScheduled = scheduledBy('other')!;
    return {
      ...(Object.fromEntries(EXTRAS.map((name) => [name, this.id(name)])) as Record<Extra, string>),
      conversationId,
      actor: this.id(role),
      token: this.users[role]!.token,
      own: messages.find(({ name }) => name === role)?.id ?? others,
      others,
      ownPoll: polls.find(({ name }) => name === role)?.state.id ?? polls[0]!.state.id,
      othersPoll: polls[0]!.state.id,
      othersOption: polls[0]!.state.options[0]!.id,
      ownScheduled: scheduledBy(role) ?? othersScheduled,
      othersScheduled,
      ownFile: ownFile.id,
      othersFile: othersFile.id,
      shownFile: shownFile.id,
      call,
    };
  }

  /** Hash of all rows that a user could have changed. */
  async fingerprint(): Promise<string> {
    const of = (table: string): string =>
      `(SELECT coalesce(string_agg(t::text, ',' ORDER BY t::text), '') FROM ${table} t)`;
    const tables = [
      'conversations',
      'conversation_members',
      'messages',
      'message_edits',
      'message_reactions',
      'message_status',
      'polls',
      'poll_votes',
      'scheduled_messages',
      'thread_subscriptions',
      'user_blocks',
      'users',
      'attachments',
      'attachment_links',
      'calls',
      'call_participants',
    ];
    const { rows } = await this.sql.query<{ found: string }>(
      `SELECT md5(${tables.map(of).join(" || ';' || ")}) AS found`,
    );
    return rows[0]!.found;
  }

  async close(): Promise<void> {
    this.devices.forEach((device) => device.close());
    await this.sql.end();
  }

  /** SQL of a call of `other`, as the last message. */
  private ringingCallSql(call: string, conversationId: string, callee: Role | Extra): string {
    const message = newId();
    const ringingRow =
      callee === 'other' ? '' : `, ('${call}', '${this.id(callee)}', 'ringing', NULL, NULL, NULL)`;
    return `
      INSERT INTO messages (id, conversation_id, seq, version, sender_id, type, payload)
      SELECT '${message}', id, last_seq + 1, version, '${this.id('other')}', 'call', '${JSON.stringify(ringingState(call, this.id('other')))}'
      FROM conversations WHERE id = '${conversationId}';
      UPDATE conversations SET last_seq = last_seq + 1, last_main_seq = last_main_seq + 1 WHERE id = '${conversationId}';
      INSERT INTO calls (id, conversation_id, message_id, type, state, created_by, ring_expires_at)
      VALUES ('${call}', '${conversationId}', '${message}', 'voice', 'ringing', '${this.id('other')}', now() + interval '1 h');
      INSERT INTO call_participants (call_id, user_id, state, device_id, joined_at, lease_expires_at)
      VALUES ('${call}', '${this.id('other')}', 'joined', 'phone', now(), now() + interval '1 h')${ringingRow};`;
  }

  private id(name: string): string {
    return this.users[name]!.id;
  }
}

/** Payload of the message of a call that rings. */
function ringingState(id: string, createdBy: string): CallStateDto {
  return {
    ...{ id, revision: 1, type: 'voice', topology: 'mesh', state: 'ringing', createdBy },
    ...{ participants: [], joinedCount: 1, ringExpiresAt: new Date().toISOString() },
    ...{ startedAt: null, endedAt: null, endReason: null, durationSeconds: null },
  };
}

/** Context of a user that guesses ids. */
export function withGuessedIds(context: AccessContext): AccessContext {
  const names = ['conversationId', 'own', 'others', 'ownScheduled', 'othersScheduled'];
  names.push('othersFile', 'shownFile', 'call', 'ownPoll', 'othersPoll', 'othersOption');
  return { ...context, ...Object.fromEntries(names.map((name) => [name, randomUUID()])) };
}

/** A transport without a valid token: the handshake fails before any command. */
function rejectedTransport(url: string, token: string): Transport {
  return {
    name: 'socket',
    async request() {
      try {
        (await Device.connect(url, token)).close();
      } catch (error) {
        return { ok: false, error: (error as { data: ProblemDetailsDto }).data };
      }
      throw new Error('The socket accepted the connection.');
    },
  };
}
