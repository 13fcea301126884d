import type { Logger } from '@nestjs/common';

/**
 * Log of a repeated activity. Of a series of failures only the first is logged, as a warning with the name of the error:
 * an outage is one line. An unexpected error is a defect and is logged each time with its stack.
 */
export class FailureLog {
  private isDegraded = false;

  /** The log line is `<activity> failed: <error>`. */
  constructor(
    private readonly logger: Logger,
    private readonly activity: string,
    private readonly isExpected: (error: unknown) => boolean = () => true,
  ) {}

  recordFailure(error: unknown): void {
    const { name, stack } = error as Error;
    const line = `${this.activity} failed: ${name}`;
    if (!this.isExpected(error)) this.logger.error(line, stack);
    else if (!this.isDegraded) this.logger.warn(line);
    this.isDegraded = true;
  }

  recordSuccess(): void {
    this.isDegraded = false;
  }
}
