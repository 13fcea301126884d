import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MembershipContext } from '../../conversations/conversations.access.js';
import type { CallTopology, CallState } from '../../messages/dto/call-state.dto.js';

/** One end of a connection: somebody with a device. */
export interface End {
  userId: string;
  /** Left out: any. */
  deviceId?: string;
}

/** What lies between two ends of a call. */
export interface Path extends MembershipContext {
  state: CallState;
  topology: CallTopology;
  /** The sender is in it, with that device. */
  is_joined: boolean;
  /** The device with which the other one is in it; null: they are not, or with another one than was asked for. */
  peer_device_id: string | null;
}

@Injectable()
export class SignalingRepository {
  constructor(private readonly database: Database) {}

  /** No row: to the sender, there is no such call. */
  findRoute(callId: string, from: End, to: End): Promise<Path | null> {
    return this.database.queryOne(
      `SELECT context.*, call.state, call.topology,
         EXISTS (SELECT FROM call_participants
           WHERE call_id = call.id AND user_id = $2 AND device_id = $3 AND state = 'joined') AS is_joined,
         (SELECT peer.device_id FROM call_participants peer
           JOIN conversation_members member ON member.conversation_id = call.conversation_id AND member.user_id = peer.user_id
           WHERE peer.call_id = call.id AND peer.user_id = $4 AND peer.user_id <> $2
             AND peer.state = 'joined' AND peer.device_id = coalesce($5, peer.device_id)) AS peer_device_id
       FROM calls call CROSS JOIN LATERAL membership_context(call.conversation_id, $2) context
       WHERE call.id = $1 AND (call.message_id IS NOT NULL OR call.created_by = $2)`,
      [callId, from.userId, from.deviceId, to.userId, to.deviceId],
    );
  }
}
