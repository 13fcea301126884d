import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { processorTime } from './processor-time.js';

const PROBE = pathToFileURL(join(__dirname, 'probe.mjs')).href;

/** Server in a separate process with readable processor time and memory. */
export class MeasuredProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Resolves when the server has printed its address. */
  static async start(script: string, environment: Record<string, string> = {}): Promise<MeasuredProcess> {
    const child = spawn(process.execPath, ['--expose-gc', '--import', PROBE, script], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        PORT: '0',
        LOG_LEVEL: 'error',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let printed = '';
    for await (const text of child.stdout!) {
      printed += String(text);
      const [, url] = /Socket\.IO\s+(http:\S+)/.exec(printed) ?? [];
      if (url) return new MeasuredProcess(child, url);
    }
    throw new Error(`The server did not start: ${printed}`);
  }

  get processorTime(): number {
    return processorTime(this.child.pid!);
  }

  /** Memory in bytes after a garbage collection. */
  async memory(): Promise<{ rss: number; heap: number }> {
    this.child.send('measure');
    const [memory] = (await once(this.child, 'message')) as [{ rss: number; heap: number }];
    return memory;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}
