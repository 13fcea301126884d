import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, type Level, type Logger } from 'pino';
import type { Config } from '../config/config.js';
import { logDestination } from './log-destination.js';

/** Contexts of Nest that log one line per module, route and command at the start. */
const STARTUP_LISTS = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'WebSocketsController']);

/** Nest's logger on pino: JSON lines in production, readable lines otherwise. An object as message becomes fields. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor({ nodeEnv, logLevel }: { nodeEnv?: string; logLevel: Config['logLevel'] }) {
    const options = {
      level: logLevel,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    this.pino = pino(options, logDestination(nodeEnv === 'production'));
  }

  isLevelEnabled(level: Level): boolean {
    return this.pino.isLevelEnabled(level);
  }

  log(message: unknown, context?: string): void {
    if (!STARTUP_LISTS.has(context ?? '')) this.writeLine('info', message, context);
  }

  warn(message: unknown, context?: string): void {
    this.writeLine('warn', message, context);
  }

  debug(message: unknown, context?: string): void {
    this.writeLine('debug', message, context);
  }

  verbose(message: unknown, context?: string): void {
    this.writeLine('trace', message, context);
  }

  error(message: unknown, ...stackAndContext: unknown[]): void {
    this.writeError('error', message, stackAndContext);
  }

  fatal(message: unknown, ...stackAndContext: unknown[]): void {
    this.writeError('fatal', message, stackAndContext);
  }

  /** Of an error only message and stack are logged: its other properties can hold statement parameters. */
  private writeError(level: Level, message: unknown, stackAndContext: unknown[]): void {
    const context = stackAndContext.pop();
    const stack = message instanceof Error ? message.stack : stackAndContext[0];
    const text = message instanceof Error ? message.message : message;
    this.writeLine(level, text, context, stack === undefined ? {} : { err: { stack } });
  }

  private writeLine(level: Level, message: unknown, context: unknown, fields: object = {}): void {
    const entry = typeof message === 'object' ? message : { msg: message };
    this.pino[level]({ context, ...entry, ...fields });
  }
}
