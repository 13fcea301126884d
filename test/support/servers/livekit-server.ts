import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { jwtVerify } from 'jose';

export const LIVEKIT_API_KEY = 'the key';
export const LIVEKIT_API_SECRET = 'a secret that only LiveKit and this server know';

interface RecordedRequest {
  method: string;
  input: Record<string, unknown>;
  grants: unknown;
}

/**
 * Answers the requests of a server to LiveKit (Twirp: RoomService over HTTP) for one room that a test fills.
 */
export class LiveKitServer {
  readonly requests: RecordedRequest[] = [];
  /** Participants in the room. */
  participants: string[] = [];
  /** Simulated fault: no answer, or an HTTP error. */
  fault?: 'silent' | number;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<LiveKitServer> {
    const server = createServer();
    const host = new LiveKitServer(server);
    server.on('request', (request: IncomingMessage, response) => {
      void host.answer(request).then(
        (answer) => {
          if (host.fault === 'silent') return;
          response.writeHead(host.fault ?? 200, { 'content-type': 'application/json' });
          response.end(JSON.stringify(host.fault ? { code: 'a_code', msg: 'Something is wrong' } : answer));
        },
        () => response.writeHead(401).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get settings(): { livekitUrl: string; livekitApiKey: string; livekitApiSecret: string } {
    const { port } = this.server.address() as AddressInfo;
    return {
      livekitUrl: `ws://127.0.0.1:${port}`,
      livekitApiKey: LIVEKIT_API_KEY,
      livekitApiSecret: LIVEKIT_API_SECRET,
    };
  }

  /** Inputs of the requests to a method. */
  findInputs(method: string): Record<string, unknown>[] {
    return this.requests.filter((one) => one.method === method).map(({ input }) => input);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<object> {
    const [, token = ''] = (request.headers.authorization ?? '').split(' ');
    const { payload } = await jwtVerify(token, new TextEncoder().encode(LIVEKIT_API_SECRET), {
      issuer: LIVEKIT_API_KEY,
    });
    const method = request.url!.replace('/twirp/livekit.RoomService/', '');
    const input = JSON.parse(await text(request)) as Record<string, unknown>;
    this.requests.push({ method, input, grants: payload.video });
    if (method === 'ListParticipants')
      return { participants: this.participants.map((identity) => ({ identity, sid: identity })) };
    this.participants =
      method === 'DeleteRoom' ? [] : this.participants.filter((identity) => identity !== input.identity);
    return {};
  }
}
