import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { loadConfig } from './kernel/config/config.js';
import { startServer } from './server.js';

const logger = new Logger('Server');

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const server = await startServer(loadConfig(process.env));
  process.stdout.write(`${server.banner}\n`);

  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= server.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
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
