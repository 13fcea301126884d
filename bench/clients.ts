import { io, type Socket } from 'socket.io-client';
import { signToken } from '../test/support/clients/tokens.js';
import { lightParser } from './light-parser.js';

const CONCURRENCY = 50;

/** One connected user. */
export class Client {
  id: string;
  /** Handler of message.new. */
  onMessage: (message: { clientId: string }) => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('message.new', (message: { clientId: string }) => this.onMessage(message));
  }

  static async connect(url: string, token: string): Promise<Client> {
    const socket = io(url, {
      auth: { token },
      parser: lightParser,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    const client = new Client(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return client;
  }

  /** Resolves with the text of the ack, which is not parsed. */
  async sendCommand(command: string, input: object): Promise<string> {
    const ack = (await this.socket.emitWithAck(command, input)) as string;
    if (!ack.startsWith('{"ok":true')) throw new Error(`${command}: ${ack.slice(0, 300)}`);
    return ack;
  }

  async request<Data>(command: string, input: object): Promise<Data> {
    return (JSON.parse(await this.sendCommand(command, input)) as { data: Data }).data;
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** Connects users with one device each. Idle ones do not read their ids. */
export async function connectUsers(
  url: string,
  count: number,
  { from = 0, idle = false } = {},
): Promise<Client[]> {
  const clients: Client[] = [];
  for (let first = from; first < from + count; first += CONCURRENCY) {
    const indexes = Array.from(
      { length: Math.min(CONCURRENCY, from + count - first) },
      (_, index) => first + index,
    );
    clients.push(...(await Promise.all(indexes.map((index) => connectUser(url, index, idle)))));
  }
  return clients;
}

async function connectUser(url: string, index: number, idle: boolean): Promise<Client> {
  const client = await Client.connect(url, await signToken({ sub: `bench-${index}`, name: `User ${index}` }));
  if (!idle) client.id = (await client.request<{ id: string }>('user.update', { userId: 'me' })).id;
  return client;
}
