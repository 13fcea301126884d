import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { TestUser } from '../support/servers/test-server.js';

/** What came through one connection so far. */
export interface Received {
  frames: number;
  samples: number;
  energy: number;
}

/** What examples/call/call.js writes into data-state. */
type State = 'idle' | 'calling' | 'ringing' | 'active' | 'elsewhere' | 'ended';

const TIMEOUT_MS = 15_000;
const POLL_MS = 100;

/** The page of examples/call, open in a browser for one person: one device of theirs. */
export class CallPage {
  /** What only its console tells. */
  readonly errors: string[] = [];

  private constructor(
    readonly user: TestUser,
    private readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => this.errors.push(message.text()));
  }

  /** With a profile of its own, as on another machine. */
  static async open(
    browser: Browser,
    address: string,
    server: string,
    user: TestUser,
    conversation: string,
  ): Promise<CallPage> {
    const parameters = new URLSearchParams({ server, token: user.token, conversation });
    const context = await browser.newContext();
    context.setDefaultTimeout(TIMEOUT_MS);
    await context.addInitScript({ path: join(__dirname, 'probe.js') });
    const page = new CallPage(user, await context.newPage());
    await page.page.goto(`${address}#${parameters.toString()}`);
    await page.comesTo('idle');
    return page;
  }

  async press(button: 'Voice call' | 'Video call' | 'Accept' | 'Decline' | 'Hang up'): Promise<void> {
    await this.page.getByRole('button', { name: button }).click();
  }

  /** Waits for a state, and gives what the page then says. */
  async comesTo(state: State): Promise<string> {
    await this.page
      .locator(`body[data-state="${state}"]`)
      .waitFor()
      .catch(async () => {
        throw new Error(`It did not come to ${state}: ${await this.page.locator('body').innerText()}`);
      });
    return this.page.locator('#status').innerText();
  }

  /** What it shows as gone wrong. */
  complaint(): Promise<string> {
    return this.page.locator('#error').innerText();
  }

  /** Whose pictures it shows. */
  shown(): Promise<string[]> {
    return this.page
      .locator('figure')
      .evaluateAll((figures: { id: string }[]) => figures.map(({ id }) => id));
  }

  /** Waits until so much more has come through each of so many connections. */
  async receives(connections: number, more: Received): Promise<Received[]> {
    const deadline = Date.now() + TIMEOUT_MS;
    const isEnough = (now: Received, then: Received): boolean =>
      now.frames >= then.frames + more.frames &&
      now.samples >= then.samples + more.samples &&
      now.energy >= then.energy + more.energy;
    let before = await this.received();
    for (;;) {
      const received = await this.received();
      if (received.length !== before.length) before = received;
      if (received.length === connections && received.every((now, i) => isEnough(now, before[i]!)))
        return received;
      if (Date.now() > deadline)
        throw new Error(`It received ${JSON.stringify(received)} after ${JSON.stringify(before)}`);
      await sleep(POLL_MS);
    }
  }

  received(): Promise<Received[]> {
    return this.page.evaluate<Received[]>('probe.received()');
  }

  /** The pixels of somebody's video: red, green, blue and alpha of each. */
  picture(userId: string): Promise<number[]> {
    return this.page.evaluate<number[]>(`probe.picture('${userId}')`);
  }

  /** Makes a new offer to everybody. */
  async restart(): Promise<void> {
    await this.page.evaluate('probe.restart()');
  }

  /** The names of the ICE sessions at this and at the other end, where no offer is open. */
  sessions(): Promise<[string, string][]> {
    return this.page.evaluate<[string, string][]>('probe.sessions()');
  }

  /** Loses the connection to the server; the page makes a new one. */
  async cut(): Promise<void> {
    await this.page.evaluate('probe.cut()');
  }

  /** Without a word to anybody. */
  close(): Promise<void> {
    return this.page.context().close();
  }
}
