import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { waitUntil } from '../support/environment/wait-until.js';
import type { TestUser } from '../support/servers/test-server.js';

/** Totals received through one connection. */
export interface Received {
  frames: number;
  samples: number;
  energy: number;
}

/** Values of data-state in examples/call/call.js. */
type State = 'idle' | 'calling' | 'ringing' | 'active' | 'elsewhere' | 'ended';

const TIMEOUT_MS = 15_000;

/** The page of examples/call in a browser: one device of a user. */
export class CallPage {
  /** Errors written to the console only. */
  readonly errors: string[] = [];

  private constructor(
    readonly user: TestUser,
    private readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => this.errors.push(message.text()));
  }

  /** Uses its own browser profile, as on a separate machine. */
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
    await page.waitForState('idle');
    return page;
  }

  async click(button: 'Voice call' | 'Video call' | 'Accept' | 'Decline' | 'Hang up'): Promise<void> {
    await this.page.getByRole('button', { name: button }).click();
  }

  /** Waits for a state and returns the status text of the page. */
  async waitForState(state: State): Promise<string> {
    await this.page
      .locator(`body[data-state="${state}"]`)
      .waitFor()
      .catch(async () => {
        throw new Error(
          `The page did not reach the state ${state}: ${await this.page.locator('body').innerText()}`,
        );
      });
    return this.page.locator('#status').innerText();
  }

  /** Error shown by the page. */
  errorText(): Promise<string> {
    return this.page.locator('#error').innerText();
  }

  /** Users whose video is shown. */
  shown(): Promise<string[]> {
    return this.page
      .locator('figure')
      .evaluateAll((figures: { id: string }[]) => figures.map(({ id }) => id));
  }

  /** Waits until each of the given number of connections has received the given additional totals. */
  async receives(connections: number, more: Received): Promise<Received[]> {
    const isEnough = (now: Received, then: Received): boolean =>
      now.frames >= then.frames + more.frames &&
      now.samples >= then.samples + more.samples &&
      now.energy >= then.energy + more.energy;
    let before = await this.received();
    let received = before;
    await waitUntil(async () => {
      received = await this.received();
      if (received.length !== before.length) before = received;
      return received.length === connections && received.every((now, i) => isEnough(now, before[i]!));
    }).catch(() => {
      throw new Error(`The page received ${JSON.stringify(received)} after ${JSON.stringify(before)}`);
    });
    return received;
  }

  received(): Promise<Received[]> {
    return this.page.evaluate<Received[]>('probe.received()');
  }

  /** Pixels of the video of the given user: red, green, blue and alpha of each. */
  picture(userId: string): Promise<number[]> {
    return this.page.evaluate<number[]>(`probe.picture('${userId}')`);
  }

  /** Creates a new offer for every peer. */
  async restart(): Promise<void> {
    await this.page.evaluate('probe.restart()');
  }

  /** Names of the ICE sessions at both ends, once no offer is open. */
  sessions(): Promise<[string, string][]> {
    return this.page.evaluate<[string, string][]>('probe.sessions()');
  }

  /** Closes the connection to the server; the page reconnects. */
  async cut(): Promise<void> {
    await this.page.evaluate('probe.cut()');
  }

  /** Closes the page without leaving the call. */
  close(): Promise<void> {
    return this.page.context().close();
  }
}
