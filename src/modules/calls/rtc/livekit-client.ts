import { Injectable } from '@nestjs/common';
import type * as livekit from 'livekit-server-sdk' with { 'resolution-mode': 'import' };
import { Config } from '../../../kernel/config/config.js';
import type { MediaTokenDto } from './dto/media-token.dto.js';

type Sdk = typeof livekit;

/** Short, because who leaves may have one that was not used: LiveKit renews those of who is connected. */
export const TOKEN_SECONDS = 60;
const ANSWER_SECONDS = 5;

/** A LiveKit server, which carries sound and pictures of large calls. A room is named after the call, its people by their ids. */
@Injectable()
export class LivekitClient {
  private connected?: Promise<{ sdk: Sdk; rooms: livekit.RoomServiceClient }>;

  constructor(private readonly config: Config) {}

  get isConfigured(): boolean {
    return this.config.livekitUrl !== '';
  }

  async issue(callId: string, userId: string): Promise<MediaTokenDto> {
    const { sdk } = await this.connect();
    const { livekitUrl, livekitApiKey, livekitApiSecret } = this.config;
    const expiresAt = new Date(Math.floor(Date.now() / 1_000 + TOKEN_SECONDS) * 1_000).toISOString();
    const token = new sdk.AccessToken(livekitApiKey, livekitApiSecret, {
      identity: userId,
      ttl: TOKEN_SECONDS,
    });
    token.addGrant({ room: callId, roomJoin: true, canPublish: true, canSubscribe: true });
    return { url: livekitUrl, token: await token.toJwt(), expiresAt };
  }

  /** Who is in the room of a call. */
  async identities(callId: string): Promise<string[]> {
    const found = await this.unlessGone(({ rooms }) => rooms.listParticipants(callId));
    return (found ?? []).map(({ identity }) => identity);
  }

  /** Puts somebody out; what they got to come in with before is good no more. */
  async remove(callId: string, userId: string): Promise<void> {
    const revokeTokenTs = BigInt(Math.floor(Date.now() / 1_000));
    await this.unlessGone(({ rooms }) => rooms.removeParticipant(callId, userId, { revokeTokenTs }));
  }

  /** Puts everybody out. */
  async close(callId: string): Promise<void> {
    await this.unlessGone(({ rooms }) => rooms.deleteRoom(callId));
  }

  /** Undefined where there is nobody, or no room, any more. */
  private async unlessGone<Result>(
    work: (to: { rooms: livekit.RoomServiceClient }) => Promise<Result>,
  ): Promise<Result | undefined> {
    const to = await this.connect();
    try {
      return await work(to);
    } catch (error) {
      if (error instanceof to.sdk.ServerError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Loaded when first needed: it is large, and most servers have no LiveKit. */
  private connect(): Promise<{ sdk: Sdk; rooms: livekit.RoomServiceClient }> {
    return (this.connected ??= this.load());
  }

  private async load(): Promise<{ sdk: Sdk; rooms: livekit.RoomServiceClient }> {
    const sdk = await import('livekit-server-sdk');
    const { livekitUrl, livekitApiKey, livekitApiSecret } = this.config;
    const rooms = new sdk.RoomServiceClient(livekitUrl, livekitApiKey, livekitApiSecret, {
      requestTimeout: ANSWER_SECONDS,
      failover: false, // it writes to the console
    });
    return { sdk, rooms };
  }
}
