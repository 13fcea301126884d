import { createRequire } from 'node:module';
import { multistream, type DestinationStream, type MultiStreamRes } from 'pino';
import type * as PinoPretty from 'pino-pretty';

type Format = (line: string) => string;

/**
 * Writes each line before the call returns, so that no line is lost when the process exits. Errors go to stderr, other
 * levels to stdout.
 */
export function logDestination(isJson: boolean): MultiStreamRes {
  const format = isJson ? (line: string) => line : createReadableFormat();
  const to = (name: 'stdout' | 'stderr'): DestinationStream => ({
    write: (line) => void process[name].write(format(line)),
  });
  const streams = [
    { level: 'trace', stream: to('stdout') },
    { level: 'error', stream: to('stderr') },
  ] as const;
  return multistream([...streams], { dedupe: true });
}

/** One line per entry; a stack follows on lines of its own. pino-pretty is loaded only here: production logs are JSON. */
function createReadableFormat(): Format {
  const { prettyFactory } = createRequire(__filename)('pino-pretty') as typeof PinoPretty;
  return prettyFactory({
    ignore: 'pid,hostname,context',
    messageFormat: '[{context}] {msg}',
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
  });
}
