import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import { operations } from './contract.js';
import type { Config } from './kernel/config/config.js';
import { jsonBodies } from './kernel/http/json-bodies.js';
import { OpenRequests } from './kernel/http/open-requests.js';
import { answerUnreadable } from './kernel/http/unreadable-requests.js';
import { ChatAdapter } from './kernel/realtime/chat.adapter.js';
import { serveDocuments } from './documents/serve-documents.js';

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
  answerUnreadable(app.getHttpServer());
  app.useWebSocketAdapter(new ChatAdapter(app, config.corsOrigins, new OpenRequests(app.getHttpServer())));
  serveDocuments(app);
  return app;
}

const LEVELS = ['fatal', 'error', 'warn', 'log', 'debug'] as const;

function logLevels(least: Config['logLevel']): Config['logLevel'][] {
  return LEVELS.slice(0, LEVELS.indexOf(least) + 1);
}
