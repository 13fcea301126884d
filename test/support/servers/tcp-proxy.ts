import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Proxy in front of a local server, at a constant port, that simulates network faults. */
export class TcpProxy {
  /** Port of the server; 0 when there is none. */
  target = 0;
  private stalled = false;
  private readonly pairs = new Set<{ near: Socket; far?: Socket }>();

  private constructor(private readonly server: Server) {
    server.on('connection', (near) => this.accept(near));
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
    for (const { near, far } of this.pairs) {
      near.destroy();
      far?.destroy();
    }
  }

  /** Stops all traffic without closing a connection. */
  stall(): void {
    this.stalled = true;
    for (const { near, far } of this.pairs) [near, far].forEach((socket) => socket?.pause());
  }

  resume(): void {
    this.stalled = false;
    for (const pair of this.pairs) {
      if (!pair.far) this.forward(pair);
      else [pair.near, pair.far].forEach((socket) => socket?.resume());
    }
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(near: Socket): void {
    const pair = { near };
    this.pairs.add(pair);
    near.on('error', () => undefined);
    near.on('close', () => this.pairs.delete(pair));
    if (!this.stalled) this.forward(pair);
  }

  private forward(pair: { near: Socket; far?: Socket }): void {
    const far = connect(this.target, '127.0.0.1');
    pair.far = far;
    far.on('error', () => undefined);
    far.on('close', () => pair.near.destroy());
    pair.near.on('close', () => far.destroy());
    pair.near.pipe(far).pipe(pair.near);
  }
}
