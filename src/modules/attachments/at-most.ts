/** Lets so many works run at once; the others wait for their turn, in order. */
export class AtMost {
  private readonly waiting: (() => void)[] = [];

  constructor(private places: number) {}

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.places > 0) this.places--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.places++;
    }
  }
}
