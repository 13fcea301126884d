import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { Express } from 'express';
import { operations } from '../../src/api-contract.js';
import { AppModule } from '../../src/app.module.js';
import { GracefulShutdown } from '../../src/kernel/http/graceful-shutdown.js';
import { ChatIoAdapter } from '../../src/kernel/realtime/chat-io.adapter.js';
import { createDatabase, type TestDatabase } from '../support/environment/test-database.js';
import { testConfig } from '../support/servers/test-server.js';

const ID = '019a0000-0000-7000-8000-000000000000';
const routes = operations.flatMap(({ rest }) => rest ?? []);

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** Route that Express selects for a request: the first one registered that matches. */
function findRoute(app: NestExpressApplication, method: string, path: string): string | undefined {
  const { router }: Express = app.getHttpAdapter().getInstance();
  const layers = router.stack as unknown as Layer[];
  const layer = layers.find(
    ({ route }, index) => route?.methods[method.toLowerCase()] && layers[index]!.match(path),
  );
  return layer && `${method} ${layer.route!.path.replace(/:(\w+)/g, '{$1}')}`;
}

describe('The routes with the modules in reverse order', () => {
  let database: TestDatabase;
  let app: NestExpressApplication;

  beforeAll(async () => {
    database = await createDatabase();
    const { imports = [] } = AppModule.with(testConfig({ databaseUrl: database.url }));
    const testing = Test.createTestingModule({ imports: [...imports].reverse() });
    app = (await testing.compile()).createNestApplication<NestExpressApplication>({ logger: false });
    app.useWebSocketAdapter(new ChatIoAdapter(app, new GracefulShutdown(app.getHttpServer())));
    await app.init();
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('select the same operation for every path', () => {
    const selected = routes.map((route) => {
      const [method, template] = route.split(' ') as [string, string];
      return findRoute(app, method, template.replace(/\{\w+\}/g, ID));
    });
    expect(selected).toEqual(routes);
  });
});
