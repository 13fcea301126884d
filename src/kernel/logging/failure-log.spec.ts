import type { Logger } from '@nestjs/common';
import { FailureLog } from './failure-log.js';

class ConnectionError extends Error {
  override name = 'ConnectionError';
}

function createLog(isExpected?: (error: unknown) => boolean): { log: FailureLog; lines: unknown[][] } {
  const lines: unknown[][] = [];
  const logger = {
    warn: (line: string) => lines.push(['warn', line]),
    error: (line: string, stack: string) => lines.push(['error', line, stack]),
  };
  return { log: new FailureLog(logger as unknown as Logger, 'Polling', isExpected), lines };
}

describe('FailureLog', () => {
  it('logs the first failure of a series, by the name of the error', () => {
    const { log, lines } = createLog();
    const fail = (): void => log.recordFailure(new ConnectionError('private detail'));
    fail();
    fail();
    expect(lines).toEqual([['warn', 'Polling failed: ConnectionError']]);
    log.recordSuccess();
    fail();
    expect(lines).toHaveLength(2);
  });

  it('logs each unexpected failure with its stack', () => {
    const { log, lines } = createLog((error) => error instanceof ConnectionError);
    const defect = new TypeError('x is not a function');
    log.recordFailure(new ConnectionError());
    log.recordFailure(defect);
    log.recordFailure(defect);
    expect(lines.map(([level]) => level)).toEqual(['warn', 'error', 'error']);
    expect(lines[1]).toEqual(['error', 'Polling failed: TypeError', defect.stack]);
  });
});
