import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { AppModule } from '../app.module.js';
import { operations } from '../api-contract.js';
import type { Config } from '../kernel/config/config.js';
import { jsonBodies } from '../kernel/http/json-bodies.js';
import { GracefulShutdown } from '../kernel/http/graceful-shutdown.js';
import { handleClientErrors } from '../kernel/http/client-error.handler.js';
import { PinoLogger } from '../kernel/logging/pino-logger.js';
import { requestLog } from '../kernel/logging/request-log.js';
import { ChatIoAdapter } from '../kernel/realtime/chat-io.adapter.js';
import { serveDocuments } from '../api-docs/serve-documents.js';

/** Creates the application: middleware, socket adapter and API documents. */
export async function createApp(config: Config): Promise<NestExpressApplication> {
  const logger = new PinoLogger(config);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), {
    bodyParser: false,
    abortOnError: false,
    logger,
  });
  app.set('trust proxy', config.trustProxy);
  if (logger.isLevelEnabled('info')) app.use(requestLog());
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
