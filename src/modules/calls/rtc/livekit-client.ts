import { Injectable } from '@nestjs/common';
import type * as livekit from 'livekit-server-sdk' with { 'resolution-mode': 'import' };
import { Config } from '../../../kernel/config/config.js';
import type { MediaTokenDto } from './dto/rtc.dto.js';

type Sdk = typeof livekit;

/** Short, because an unused token stays valid after leaving. LiveKit renews the tokens of connected users. */
export const TOKEN_SECONDS = 60;
const REQUEST_TIMEOUT_SECONDS = 5;

/** LiveKit server of calls with topology sfu. A room has the id of the call, a participant the id of the user. */
@Injectable()
export class LivekitClient {
  private connected?: Promise<{ sdk: Sdk; rooms: livekit.RoomServiceClient }>;

  constructor(private readonly config: Config) {}

  get isConfigured(): boolean {
    return this.config.livekitUrl !== '';
  }

  async issueToken(callId: string, userId: string): Promise<MediaTokenDto> {
    const { sdk } = await this.loadClient();
    const { livekitUrl, livekitApiKey, livekitApiSecret } = this.config;
    const expiresAt = new Date(Math.floor(Date.now() / 1_000 + TOKEN_SECONDS) * 1_000).toISOString();
    const token = new sdk.AccessToken(livekitApiKey, livekitApiSecret, {
      identity: userId,
      ttl: TOKEN_SECONDS,
    });
    token.addGrant({ room: callId, roomJoin: true, canPublish: true, canSubscribe: true });
    return { url: livekitUrl, token: await token.toJwt(), expiresAt };
  }

  /** User ids in the room of a call. */
  async listIdentities(callId: string): Promise<string[]> {
    const participants = await this.callLivekit(({ rooms }) => rooms.listParticipants(callId));
    return (participants ?? []).map(({ identity }) => identity);
  }

  /** Removes a user from the room and revokes earlier tokens. */
  async removeParticipant(callId: string, userId: string): Promise<void> {
    const revokeTokenTs = BigInt(Math.floor(Date.now() / 1_000));
    await this.callLivekit(({ rooms }) => rooms.removeParticipant(callId, userId, { revokeTokenTs }));
  }

  /** Deletes the room with all participants. */
  async deleteRoom(callId: string): Promise<void> {
    await this.callLivekit(({ rooms }) => rooms.deleteRoom(callId));
  }

  /** Undefined when the room or the participant does not exist. */
  private async callLivekit<Result>(
    work: (to: { rooms: livekit.RoomServiceClient }) => Promise<Result>,
  ): Promise<Result | undefined> {
    const to = await this.loadClient();
    try {
      return await work(to);
    } catch (error) {
      if (error instanceof to.sdk.ServerError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The SDK is loaded on first use, because most servers have no LiveKit. */
  private loadClient(): Promise<{ sdk: Sdk; rooms: livekit.RoomServiceClient }> {
    return (this.connected ??= this.loadSdk());
  }

  private async loadSdk(): Promise<{ sdk: Sdk; rooms: livekit.RoomServiceClient }> {
    const sdk = await import('livekit-server-sdk');
    const { livekitUrl, livekitApiKey, livekitApiSecret } = this.config;
    const rooms = new sdk.RoomServiceClient(livekitUrl, livekitApiKey, livekitApiSecret, {
      requestTimeout: REQUEST_TIMEOUT_SECONDS,
      failover: false, // it writes to the console
    });
    return { sdk, rooms };
  }
}
