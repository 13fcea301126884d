import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Proxy in front of a local server, at a constant port, that simulates network faults. */
export class TcpProxy {
  /** Port of the server; 0 when there is none. */
  target = 0;
  private stalled = false;
  private readonly pairs = new Set<{ client: Socket; upstream?: Socket }>();

  private constructor(private readonly server: Server) {
    server.on('connection', (client) => this.accept(client));
  }

  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(createServer());
    proxy.target = target;
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections. */
  cut(): void {
    for (const { client, upstream } of this.pairs) {
      client.destroy();
      upstream?.destroy();
    }
  }

  /** Stops all traffic without closing a connection. */
  stall(): void {
    this.stalled = true;
    for (const { client, upstream } of this.pairs) [client, upstream].forEach((socket) => socket?.pause());
  }

  resume(): void {
    this.stalled = false;
    for (const pair of this.pairs) {
      if (!pair.upstream) this.forward(pair);
      else [pair.client, pair.upstream].forEach((socket) => socket?.resume());
    }
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    const pair = { client };
    this.pairs.add(pair);
    client.on('error', () => undefined);
    client.on('close', () => this.pairs.delete(pair));
    if (!this.stalled) this.forward(pair);
  }

  private forward(pair: { client: Socket; upstream?: Socket }): void {
    const upstream = connect(this.target, '127.0.0.1');
    pair.upstream = upstream;
    upstream.on('error', () => undefined);
    upstream.on('close', () => pair.client.destroy());
    pair.client.on('close', () => upstream.destroy());
    pair.client.pipe(upstream).pipe(pair.client);
  }
}
