import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MembershipContext } from '../../conversations/conversations.access.js';
import type { CallTopology, CallState } from '../../messages/dto/call-state.dto.js';

/** Sender of a signal. */
export interface SignalSender {
  userId: string;
  deviceId?: string;
  socketId?: string;
}

/** Recipient of a signal. */
export interface SignalRecipient {
  userId: string;
  /** Omitted: any device. */
  deviceId?: string;
}

/** State of a call between two peers. */
export interface SignalingRoute extends MembershipContext {
  state: CallState;
  topology: CallTopology;
  /** Whether the sender has joined with its socket, or with its device over REST. */
  is_joined: boolean;
  /** Joined device of the recipient; null when not joined, inactive, or joined with another device than requested. */
  peer_device_id: string | null;
  /** Socket that holds the place of the recipient; null after a join over REST. */
  peer_socket_id: string | null;
}

/** Routes of signals. */
@Injectable()
export class SignalingRepository {
  constructor(private readonly database: Database) {}

  /** Null when the call does not exist for the sender. */
  findRoute(callId: string, from: SignalSender, to: SignalRecipient): Promise<SignalingRoute | null> {
    return this.database.queryOne(
      `SELECT context.*, call.state, call.topology,
         EXISTS (SELECT FROM call_participants WHERE call_id = call.id AND user_id = $2 AND state = 'joined'
           AND CASE WHEN socket_id IS NULL THEN device_id = $3 ELSE socket_id = $6 END) AS is_joined,
         peer.device_id AS peer_device_id, peer.socket_id AS peer_socket_id
       FROM calls call CROSS JOIN LATERAL membership_context(call.conversation_id, $2) context
       LEFT JOIN LATERAL (
         SELECT joined.device_id, joined.socket_id FROM call_participants joined
         CROSS JOIN LATERAL membership_context(call.conversation_id, joined.user_id) membership
         WHERE joined.call_id = call.id AND joined.user_id = $4 AND joined.user_id <> $2 AND joined.state = 'joined'
           AND joined.device_id = coalesce($5, joined.device_id) AND membership.is_active
       ) peer ON true
       WHERE call.id = $1 AND (call.message_id IS NOT NULL OR call.created_by = $2)`,
      [callId, from.userId, from.deviceId, to.userId, to.deviceId, from.socketId],
    );
  }
}
