import { END_SIGNALS } from './bootstrap/shutdown-signals.js';
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { loadConfig } from './kernel/config/config.js';
import { PinoLogger } from './kernel/logging/pino-logger.js';
import { startServer } from './bootstrap/server.js';

const logger = new Logger('Server');

/** A signal that comes during the start waits for its end, so that nothing stays behind. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  Logger.overrideLogger(new PinoLogger({ nodeEnv: process.env.NODE_ENV, logLevel: 'warn' }));
  const starting = startServer(loadConfig(process.env));
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= starting.then((server) => server.stop()).then(() => process.exit(0), fail);
  };
  for (const signal of END_SIGNALS) process.on(signal, stop);
  const { banner } = await starting;
  if (!stopping) process.stdout.write(`${banner}\n`);
}

/** One line for what the operator can mend; the stack for what only we can. */
function fail(error: unknown): never {
  const { message, code, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') logger.fatal(`${message}. Set PORT to a free one.`);
  else logger.fatal(message, process.env.LOG_LEVEL === 'debug' ? stack : undefined);
  process.exit(1);
}

process.on('unhandledRejection', (error) =>
  logger.error('Unhandled rejection', (error as Error | undefined)?.stack),
);
main().catch(fail);
