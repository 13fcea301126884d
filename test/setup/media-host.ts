import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { jwtVerify } from 'jose';

export const KEY = 'the key';
export const SECRET = 'a secret that only LiveKit and this server know';

interface Asked {
  method: string;
  input: Record<string, unknown>;
  grants: unknown;
}

/** Answers what a server asks of LiveKit (Twirp: RoomService over HTTP), out of one room that a test fills. */
export class MediaHost {
  readonly asked: Asked[] = [];
  /** Who is in the room. */
  inside: string[] = [];
  /** How it answers: not at all, or with an error. */
  fault?: 'silent' | number;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<MediaHost> {
    const server = createServer();
    const host = new MediaHost(server);
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
    return { livekitUrl: `ws://127.0.0.1:${port}`, livekitApiKey: KEY, livekitApiSecret: SECRET };
  }

  /** What was asked by a method. */
  inputsOf(method: string): Record<string, unknown>[] {
    return this.asked.filter((one) => one.method === method).map(({ input }) => input);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<object> {
    const [, token = ''] = (request.headers.authorization ?? '').split(' ');
    const { payload } = await jwtVerify(token, new TextEncoder().encode(SECRET), { issuer: KEY });
    const method = request.url!.replace('/twirp/livekit.RoomService/', '');
    const input = JSON.parse(await text(request)) as Record<string, unknown>;
    this.asked.push({ method, input, grants: payload.video });
    if (method === 'ListParticipants')
      return { participants: this.inside.map((identity) => ({ identity, sid: identity })) };
    this.inside =
      method === 'DeleteRoom' ? [] : this.inside.filter((identity) => identity !== input.identity);
    return {};
  }
}
