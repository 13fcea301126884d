import 'reflect-metadata';
import { existsSync } from 'node:fs';
import type { RunningServer } from './bootstrap/server.js';

const SHUTDOWN_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts the server, and stops it on a signal. The signal handlers are registered before the application loads, so a
 * signal during loading or start stops the server when its start is complete.
 */
function main(): void {
  const starting = start();
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= starting.then((server) => server.stop()).then(() => process.exit(0), fail);
  };
  for (const signal of SHUTDOWN_SIGNALS) process.on(signal, stop);
  starting.then(({ banner }) => {
    if (!stopping) process.stdout.write(`${banner}\n`);
  }, fail);
}

/** Dynamic imports defer the loading of the application until `main` has returned. */
async function start(): Promise<RunningServer> {
  const { Logger } = await import('@nestjs/common');
  const { PinoLogger } = await import('./kernel/logging/pino-logger.js');
  const { loadConfig } = await import('./kernel/config/config.js');
  if (existsSync('.env')) process.loadEnvFile('.env');
  Logger.overrideLogger(new PinoLogger({ nodeEnv: process.env.NODE_ENV, logLevel: 'warn' }));
  const config = loadConfig(process.env);
  const { startServer } = await import('./bootstrap/server.js');
  return startServer(config, (error) => void fail(error));
}

/** One line for a mistake in the configuration; the stack at LOG_LEVEL=debug. */
async function fail(error: unknown): Promise<never> {
  const { Logger } = await import('@nestjs/common');
  const { message, code, stack } = error as NodeJS.ErrnoException;
  const text = code === 'EADDRINUSE' ? `${message}. Set PORT to a free one.` : message;
  new Logger('Server').fatal(text, process.env.LOG_LEVEL === 'debug' ? stack : undefined);
  process.exit(1);
}

process.on('unhandledRejection', (error) => {
  void import('@nestjs/common').then(({ Logger }) =>
    new Logger('Server').error('Unhandled rejection', (error as Error | undefined)?.stack),
  );
});
main();
