import 'reflect-metadata';
import { existsSync } from 'node:fs';
import type { PinoLogger } from './kernel/logging/pino-logger.js';
import type { RunningServer } from './bootstrap/server.js';

const SHUTDOWN_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const CONTEXT = 'Server';

/**
 * Starts the server, and stops it on a signal. The signal handlers are registered before the application loads, so a
 * signal during loading or start stops the server when its start is complete.
 */
function main(): void {
  const logging = startLogging();
  logProcessEvents(logging);
  const starting = logging.then(start);
  let stopping: Promise<void> | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    stopping ??= Promise.all([logging, starting])
      .then(([logger, server]) => stopServer(logger, server, signal))
      .then(() => process.exit(0), fail);
  };
  for (const signal of SHUTDOWN_SIGNALS) process.on(signal, stop);
  Promise.all([logging, starting]).then(([logger, server]) => {
    if (!stopping) announceStart(logger, server);
  }, fail);
}

/** Logger of the lines before the configuration is known, and of start and stop, which every LOG_LEVEL includes. */
async function startLogging(): Promise<PinoLogger> {
  const { Logger } = await import('@nestjs/common');
  const { PinoLogger } = await import('./kernel/logging/pino-logger.js');
  if (existsSync('.env')) process.loadEnvFile('.env');
  const nodeEnv = process.env.NODE_ENV;
  Logger.overrideLogger(new PinoLogger({ nodeEnv, logLevel: 'warn' }));
  return new PinoLogger({ nodeEnv, logLevel: 'info' });
}

/** Dynamic imports defer the loading of the application until `main` has returned. */
async function start(): Promise<RunningServer> {
  const { loadConfig } = await import('./kernel/config/config.js');
  const config = loadConfig(process.env);
  const { startServer } = await import('./bootstrap/server.js');
  return startServer(config, (error) => void fail(error));
}

/** Production logs JSON only; elsewhere the start is announced by the banner. */
function announceStart(logger: PinoLogger, { banner, url, database }: RunningServer): void {
  if (process.env.NODE_ENV !== 'production') process.stdout.write(`${banner}\n`);
  else logger.log({ msg: 'Started', url, database, node: process.version }, CONTEXT);
}

async function stopServer(logger: PinoLogger, server: RunningServer, signal: NodeJS.Signals): Promise<void> {
  const { flushRefusals } = await import('./kernel/logging/refusal-log.js');
  logger.log({ msg: 'Stopping', signal }, CONTEXT);
  await server.stop();
  flushRefusals();
  logger.log({ msg: 'Stopped' }, CONTEXT);
}

/** One line for a mistake in the configuration; the stack at LOG_LEVEL=debug. */
async function fail(error: unknown): Promise<never> {
  const { Logger } = await import('@nestjs/common');
  const { message, code, stack } = error as NodeJS.ErrnoException;
  const text = code === 'EADDRINUSE' ? `${message}. Set PORT to a free one.` : message;
  new Logger(CONTEXT).fatal(text, process.env.LOG_LEVEL === 'debug' ? stack : undefined);
  process.exit(1);
}

/** Logs what Node.js would print as text: warnings, unhandled rejections and, before the process ends, exceptions. */
function logProcessEvents(logging: Promise<PinoLogger>): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    void logging.then((logger) => logger.warn(`${name}: ${message}`, CONTEXT));
  });
  process.on('unhandledRejection', (error) => {
    void logging.then((logger) =>
      logger.error('Unhandled rejection', (error as Error | undefined)?.stack, CONTEXT),
    );
  });
  process.on('uncaughtException', (error) => {
    void logging.then((logger) => logger.fatal(error, CONTEXT)).finally(() => process.exit(1));
  });
}

main();
