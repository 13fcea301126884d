import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MembershipContext } from '../../conversations/conversations.access.js';
import type { CallTopology, CallState } from '../../messages/dto/call-state.dto.js';

/** Somebody before the door of a call. */
export interface Entrant extends MembershipContext {
  state: CallState;
  topology: CallTopology;
  is_joined: boolean;
}

@Injectable()
export class RtcRepository {
  constructor(private readonly database: Database) {}

  /** No row: to this person, there is no such call. */
  findEntrant(callId: string, userId: string): Promise<Entrant | null> {
    return this.database.queryOne(
      `SELECT context.*, call.state, call.topology,
         EXISTS (SELECT FROM call_participants
           WHERE call_id = call.id AND user_id = $2 AND state = 'joined') AS is_joined
       FROM calls call CROSS JOIN LATERAL membership_context(call.conversation_id, $2) context
       WHERE call.id = $1 AND (call.message_id IS NOT NULL OR call.created_by = $2)`,
      [callId, userId],
    );
  }

  /** False too when it is gone with its conversation. */
  async isLive(callId: string): Promise<boolean> {
    const live = await this.database.queryOne(`SELECT id FROM calls WHERE id = $1 AND state <> 'ended'`, [
      callId,
    ]);
    return live !== null;
  }

  /** Of these, who has to do with the call and is not in it: whoever else is in the room is none of our people. */
  async whoIsOut(callId: string, identities: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      `SELECT user_id FROM call_participants
       WHERE call_id = $1 AND user_id::text = ANY($2::text[]) AND state <> 'joined'`,
      [callId, identities],
    );
    return rows.map(({ user_id }) => user_id);
  }
}
