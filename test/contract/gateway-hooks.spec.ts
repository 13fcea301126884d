import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AppModule } from '../../src/app.module.js';
import { GracefulShutdown } from '../../src/kernel/http/graceful-shutdown.js';
import { ChatIoAdapter } from '../../src/kernel/realtime/chat-io.adapter.js';
import type { ChatSocket } from '../../src/kernel/realtime/chat-socket.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { Device } from '../support/clients/transports.js';
import { createUser, testConfig } from '../support/servers/test-server.js';
import { waitUntil } from '../support/environment/wait-until.js';

const hookCalls: string[] = [];

/** Gateway as generated and documented by Nest. */
@WebSocketGateway()
class Greeter {
  handleConnection(socket: ChatSocket): void {
    hookCalls.push(`came ${socket.id}`);
  }

  handleDisconnect(socket: ChatSocket): void {
    hookCalls.push(`went ${socket.id}`);
  }

  @SubscribeMessage('greet')
  greet(): { greeting: string } {
    return { greeting: 'Hello' };
  }
}

@Module({ providers: [Greeter] })
class GreeterModule {}

describe('A standard gateway with connection hooks', () => {
  let database: TestDatabase;
  let app: NestExpressApplication;
  let url: string;

  beforeAll(async () => {
    database = await createDatabase();
    const config = testConfig({ databaseUrl: database.url });
    const tested = Test.createTestingModule({ imports: [AppModule.with(config), GreeterModule] });
    app = (await tested.compile()).createNestApplication<NestExpressApplication>({ logger: false });
    app.useWebSocketAdapter(new ChatIoAdapter(app, new GracefulShutdown(app.getHttpServer())));
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('is called for a connection without commands, for a command and for the disconnect', async () => {
    const device = await Device.connect(url, (await createUser({ url }, 'alice')).token);
    const { id } = device.socket;
    await waitUntil(() => hookCalls.length === 1);
    expect(await device.emitCommand('greet')).toEqual({ ok: true, data: { greeting: 'Hello' } });
    device.close();
    await waitUntil(() => hookCalls.length === 2);
    expect(hookCalls).toEqual([`came ${id}`, `went ${id}`]);
  });
});
