import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { AppModule } from '../app.module.js';
import type { Config } from '../kernel/config/config.js';
import { limitBodyTime } from '../kernel/http/body-timeout.js';
import { GracefulShutdown } from '../kernel/http/graceful-shutdown.js';
import { handleClientErrors } from '../kernel/http/client-error.handler.js';
import { pathPrefixOf } from '../kernel/http/path-prefix.js';
import { noStore, setPathPrefix, toCorsOptions } from '../kernel/http/response-headers.js';
import { drainUnreadBodies } from '../kernel/http/unread-body.js';
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
  setPathPrefix(app.getHttpAdapter().getInstance(), pathPrefixOf(config.publicUrl));
  app.use(noStore);
  app.set('etag', false);
  const cors = toCorsOptions(config.corsOrigins);
  if (cors) app.enableCors(cors);
  const server = app.getHttpServer();
  server.keepAliveTimeout = config.httpKeepAliveSeconds * 1_000;
  server.headersTimeout = config.httpHeadersSeconds * 1_000;
  limitBodyTime(server);
  drainUnreadBodies(server);
  handleClientErrors(server);
  app.useWebSocketAdapter(new ChatIoAdapter(app, new GracefulShutdown(server)));
  serveDocuments(app);
  return app;
}
