import { io, type Socket } from 'socket.io-client';
import { signToken } from '../test/support/clients/tokens.js';
import { lightParser } from './light-parser.js';

const AT_ONCE = 50;

/** One connected person. */
export class Client {
  id: string;
  /** What happens when a message.new is heard. */
  hear: (message: { clientId: string }) => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('message.new', (message: { clientId: string }) => this.hear(message));
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

  /** Resolves when it is acked; what the ack holds is not read. */
  async tell(command: string, input: object): Promise<string> {
    const ack = (await this.socket.emitWithAck(command, input)) as string;
    if (!ack.startsWith('{"ok":true')) throw new Error(`${command}: ${ack.slice(0, 300)}`);
    return ack;
  }

  async ask<Data>(command: string, input: object): Promise<Data> {
    return (JSON.parse(await this.tell(command, input)) as { data: Data }).data;
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** So many people, each with one device. They know their ids unless they are to stay idle. */
export async function connectPeople(
  url: string,
  count: number,
  { from = 0, idle = false } = {},
): Promise<Client[]> {
  const clients: Client[] = [];
  for (let first = from; first < from + count; first += AT_ONCE) {
    const indexes = Array.from(
      { length: Math.min(AT_ONCE, from + count - first) },
      (_, index) => first + index,
    );
    clients.push(...(await Promise.all(indexes.map((index) => connectPerson(url, index, idle)))));
  }
  return clients;
}

async function connectPerson(url: string, index: number, idle: boolean): Promise<Client> {
  const client = await Client.connect(
    url,
    await signToken({ sub: `bench-${index}`, name: `Person ${index}` }),
  );
  if (!idle) client.id = (await client.ask<{ id: string }>('user.update', { userId: 'me' })).id;
  return client;
}
