import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MembershipContext } from '../../conversations/conversations.access.js';
import type { CallTopology, CallState } from '../../messages/dto/call-state.dto.js';

/** User and device at one end of a peer connection. */
export interface SignalingPeer {
  userId: string;
  /** Omitted: any device. */
  deviceId?: string;
}

/** State of a call between two peers. */
export interface SignalingRoute extends MembershipContext {
  state: CallState;
  topology: CallTopology;
  /** Whether the sender has joined with its device. */
  is_joined: boolean;
  /** Joined device of the recipient; null when not joined, or joined with another device than requested. */
  peer_device_id: string | null;
}

/** Routes of signals. */
@Injectable()
export class SignalingRepository {
  constructor(private readonly database: Database) {}

  /** Null when the call does not exist for the sender. */
  findRoute(callId: string, from: SignalingPeer, to: SignalingPeer): Promise<SignalingRoute | null> {
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
