import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
} from 'jose';

/** Key pair of the host product, with the public half as in the JWKS. */
export interface SigningKey {
  jwk: JWK;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** Token signed with the key, valid for a day. */
  sign(sub: string, header?: Partial<JWTHeaderParameters>): Promise<string>;
}

export async function createSigningKey(alg: string, kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    jwk: { ...(await exportJWK(publicKey)), alg, kid, use: 'sig' },
    privateKey,
    publicKey,
    sign: (sub, header = {}) =>
      new SignJWT({ sub })
        .setProtectedHeader({ alg, kid, ...header })
        .setIssuedAt(Math.floor(Date.now() / 1_000))
        .setExpirationTime(new Date(Date.now() + 86_400_000))
        .sign(privateKey),
  };
}

/** JWKS endpoint of the host product. Its answer can be changed at any time. */
export class JwksServer {
  requestCount = 0;
  private answer: RequestListener = () => undefined;
  private server?: Server;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}/jwks.json`;
  }

  publish(...keys: JWK[]): void {
    this.respondWith(200, JSON.stringify({ keys }));
  }

  respondWith(status: number, body: string, headers: Record<string, string> = {}): void {
    this.handleWith((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
  }

  handleWith(answer: RequestListener): void {
    this.answer = answer;
  }

  /** Listens; after a stop on the same port again. */
  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      this.requestCount++;
      this.answer(request, response);
    });
    await new Promise<void>((resolve) => this.server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}
