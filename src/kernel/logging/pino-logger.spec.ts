import { PinoLogger } from './pino-logger.js';

const json = (logLevel: 'info' | 'warn' = 'info'): PinoLogger =>
  new PinoLogger({ nodeEnv: 'production', logLevel });

/** Lines that the calls write to stdout and stderr. */
function capture(write: () => void): { stdout: string[]; stderr: string[] } {
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((line) => lines[name].push(String(line)) > 0),
  );
  write();
  spies.forEach((spy) => spy.mockRestore());
  return lines;
}

function entriesOf(write: (logger: PinoLogger) => void, logger = json()): Record<string, unknown>[] {
  const { stdout, stderr } = capture(() => write(logger));
  return [...stdout, ...stderr].map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('PinoLogger', () => {
  it('writes one JSON line with level, context and message in production', () => {
    const [entry, ...rest] = entriesOf((logger) => logger.log('Started', 'Server'));
    expect(rest).toEqual([]);
    expect(entry).toMatchObject({ level: 'info', context: 'Server', msg: 'Started' });
    expect(Date.parse(entry!.time as string)).toBeLessThanOrEqual(Date.now());
  });

  it('writes the fields of an object', () => {
    const [entry] = entriesOf((logger) => logger.warn({ msg: 'Slow', requestId: 'r' }, 'Http'));
    expect(entry).toMatchObject({ level: 'warn', context: 'Http', msg: 'Slow', requestId: 'r' });
  });

  it('omits levels below its own', () => {
    expect(entriesOf((logger) => logger.log('Started', 'Server'), json('warn'))).toEqual([]);
    expect(json('warn').isLevelEnabled('info')).toBe(false);
  });

  it('writes of an error its message and stack only', () => {
    const error = Object.assign(new Error('failed'), { parameters: ['private text'] });
    const entries = entriesOf((logger) => {
      logger.error(error, undefined, 'Database');
      logger.error({ msg: 'Error', requestId: 'r' }, error.stack, 'Database');
      logger.fatal('Ended', undefined, 'Server');
    });
    expect(entries).toEqual([
      expect.objectContaining({ level: 'error', msg: 'failed', err: { stack: error.stack } }),
      expect.objectContaining({ level: 'error', requestId: 'r', err: { stack: error.stack } }),
      expect.objectContaining({ level: 'fatal', msg: 'Ended', context: 'Server' }),
    ]);
    expect(JSON.stringify(entries)).not.toContain('private text');
  });

  it('writes errors to stderr and other levels to stdout', () => {
    const { stdout, stderr } = capture(() => {
      const logger = json();
      logger.warn('Slow', 'Database');
      logger.error('Failed', undefined, 'Database');
    });
    expect(stdout).toEqual([expect.stringContaining('Slow')]);
    expect(stderr).toEqual([expect.stringContaining('Failed')]);
  });

  it('omits the lists of modules and routes that Nest logs at the start', () => {
    const contexts = ['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'WebSocketsController'];
    expect(entriesOf((logger) => contexts.forEach((context) => logger.log('Mapped', context)))).toEqual([]);
  });

  it('writes readable lines outside production, with the stack below', () => {
    const { stdout, stderr } = capture(() => {
      const logger = new PinoLogger({ nodeEnv: 'development', logLevel: 'info' });
      logger.log('Started', 'Server');
      logger.error('Failed', 'Error: cause\n    at run (server.ts:1:2)', 'Server');
    });
    expect(stdout.join('')).toMatch(/INFO.*\[Server\] Started\n$/);
    expect(stderr.join('')).toMatch(/ERROR.*\[Server\] Failed\s+err:[^]*\n\s+at run /);
  });
});
