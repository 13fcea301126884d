import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { DeviceRef } from '../../kernel/identity/connected-devices.js';

/** Lease of a device in a call. */
export interface DeviceLease extends DeviceRef {
  callId: string;
  /** Whether the device was disconnected, or a third of the lease has passed. */
  isDue: boolean;
}

/** Renewal of the leases of places in calls. A join grants a lease; a call timeout ends an expired one. */
@Injectable()
export class DeviceLeasesRepository {
  constructor(private readonly database: Database) {}

  /** Leases of all joined participants. */
  listLeases(seconds: number): Promise<DeviceLease[]> {
    return this.database.query(
      `SELECT call_id AS "callId", user_id AS "userId", device_id AS "deviceId", socket_id AS "socketId",
         disconnected_at IS NOT NULL OR lease_expires_at < now() + make_interval(secs => $1) * 2 / 3 AS "isDue"
       FROM call_participants WHERE state = 'joined'`,
      [seconds],
    );
  }

  /**
   * Renews leases of users who still have access: not removed, not deactivated, no contact restriction in a DM. Locked rows
   * are skipped until the next renewal.
   */
  async renewLeases(leases: readonly DeviceLease[], seconds: number): Promise<void> {
    await this.database.query(
      `WITH renewable AS (
         SELECT p.call_id, p.user_id FROM call_participants p
         JOIN unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS device (call_id, user_id, id, socket_id)
           ON p.call_id = device.call_id AND p.user_id = device.user_id AND p.device_id = device.id
           AND p.socket_id IS NOT DISTINCT FROM device.socket_id
         JOIN calls c ON c.id = p.call_id
         CROSS JOIN LATERAL membership_context(c.conversation_id, p.user_id) context
         WHERE p.state = 'joined' AND context.is_active AND (context.contact_restriction IS NULL OR c.message_id IS NULL)
         FOR NO KEY UPDATE OF p SKIP LOCKED
       )
       UPDATE call_participants p SET lease_expires_at = clock_timestamp() + make_interval(secs => $5), disconnected_at = NULL,
         updated_at = clock_timestamp()
       FROM renewable WHERE p.call_id = renewable.call_id AND p.user_id = renewable.user_id`,
      [
        leases.map(({ callId }) => callId),
        leases.map(({ userId }) => userId),
        leases.map(({ deviceId }) => deviceId),
        leases.map(({ socketId }) => socketId),
        seconds,
      ],
    );
  }

  /** Lets the lease of a disconnected socket or device end after the reconnect period. Null when it held no place in a call. */
  startReconnectPeriod(
    { userId, deviceId, socketId }: DeviceRef,
    seconds: number,
  ): Promise<{ callId: string; leaseExpiresAt: Date } | null> {
    return this.database.queryOne(
      `UPDATE call_participants SET disconnected_at = clock_timestamp(), updated_at = clock_timestamp(),
         lease_expires_at = clock_timestamp() + make_interval(secs => $3)
       WHERE user_id = $1 AND device_id = $2 AND state = 'joined' AND socket_id IS NOT DISTINCT FROM $4
       RETURNING call_id AS "callId", lease_expires_at AS "leaseExpiresAt"`,
      [userId, deviceId, seconds, socketId],
    );
  }
}
