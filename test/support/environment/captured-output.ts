/** Captures the output of this process, without printing it, until it is restored. */
export interface CapturedOutput {
  readonly lines: string[];
  restore(): void;
}

export function captureOutput(): CapturedOutput {
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0),
  );
  return { lines, restore: () => spies.forEach((spy) => spy.mockRestore()) };
}
