import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import type { MembershipContext } from '../../conversations/conversations.access.js';
import type { CallTopology, CallState } from '../../messages/dto/call-state.dto.js';

/** Call and membership of a user that requests a token. */
export interface CallParticipation extends MembershipContext {
  state: CallState;
  topology: CallTopology;
  is_joined: boolean;
}

/** Participants of calls, for the media server. */
@Injectable()
export class RtcRepository {
  constructor(private readonly database: Database) {}

  /** Null when the call does not exist for the user. Over a socket, another socket's place does not count as joined. */
  findParticipation(callId: string, { userId, socketId }: AuthUser): Promise<CallParticipation | null> {
    return this.database.queryOne(
      `SELECT context.*, call.state, call.topology,
         EXISTS (SELECT FROM call_participants
           WHERE call_id = call.id AND user_id = $2 AND state = 'joined'
             AND ($3::text IS NULL OR socket_id IS NULL OR socket_id = $3)) AS is_joined
       FROM calls call CROSS JOIN LATERAL membership_context(call.conversation_id, $2) context
       WHERE call.id = $1 AND (call.message_id IS NOT NULL OR call.created_by = $2)`,
      [callId, userId, socketId],
    );
  }

  /** False as well when the call was deleted with its conversation. */
  async isLive(callId: string): Promise<boolean> {
    const live = await this.database.queryOne(`SELECT id FROM calls WHERE id = $1 AND state <> 'ended'`, [
      callId,
    ]);
    return live !== null;
  }

  /** Given identities that belong to the call but are not joined. Unknown identities are not users of this server. */
  async filterFormerParticipants(callId: string, identities: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      `SELECT user_id FROM call_participants
       WHERE call_id = $1 AND user_id::text = ANY($2::text[]) AND state <> 'joined'`,
      [callId, identities],
    );
    return rows.map(({ user_id }) => user_id);
  }
}
