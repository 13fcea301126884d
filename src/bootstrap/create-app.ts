import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { AppModule } from '../app.module.js';
import { operations } from '../api-contract.js';
import type { Config } from '../kernel/config/config.js';
import { jsonBodies } from '../kernel/http/json-bodies.js';
import { GracefulShutdown } from '../kernel/http/graceful-shutdown.js';
import { handleClientErrors } from '../kernel/http/client-error.handler.js';
import { ChatIoAdapter } from '../kernel/realtime/chat-io.adapter.js';
import { serveDocuments } from '../api-docs/serve-documents.js';

/** The whole server, ready to listen. */
export async function createApp(config: Config): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), {
    bodyParser: false,
    abortOnError: false,
    logger: new ConsoleLogger({
      json: config.nodeEnv === 'production',
      logLevels: logLevels(config.logLevel),
    }),
  });
  app.set('trust proxy', config.trustProxy);
  app.use(helmet({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } }));
  if (config.corsOrigins.length > 0)
    app.enableCors({ origin: config.corsOrigins.includes('*') ? '*' : config.corsOrigins });
  app.use(jsonBodies(operations));
  handleClientErrors(app.getHttpServer());
  app.useWebSocketAdapter(
    new ChatIoAdapter(app, config.corsOrigins, new GracefulShutdown(app.getHttpServer())),
  );
  serveDocuments(app);
  return app;
}

const LEVELS = ['fatal', 'error', 'warn', 'log', 'debug'] as const;

function logLevels(least: Config['logLevel']): Config['logLevel'][] {
  return LEVELS.slice(0, LEVELS.indexOf(least) + 1);
}
