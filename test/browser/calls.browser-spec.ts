import { type Browser, chromium } from 'playwright-core';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import { expectData, restTransport } from '../support/clients/transports.js';
import {
  createUser,
  type TestUser,
  startTestServer,
  type TestServer,
} from '../support/servers/test-server.js';
import { waitUntil } from '../support/environment/wait-until.js';
import { CallPage, type Received } from './call-page.js';
import { PageServer } from './page-server.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A camera that shows a clock and a microphone that beeps, both permitted without a prompt.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  // Both ends are on this machine, so no STUN is needed.
  '--allow-loopback-in-peer-connection',
];

/** One second of beeps, because silence has nearly no energy, and consecutive pictures. */
const SOUND: Received = { frames: 0, samples: 48_000, energy: 0.01 };
const RECONNECT_SECONDS = 3;
const LONG_SOUND: Received = { ...SOUND, samples: (RECONNECT_SECONDS + 2) * SOUND.samples };
const SOUND_AND_PICTURES: Received = { ...SOUND, frames: 10 };

describe('A call between browsers', () => {
  let pageServer: PageServer;
  let server: TestServer;
  let browser: Browser;
  let pages: CallPage[];
  let users: TestUser[];
  let number = 0;

  beforeAll(async () => {
    pageServer = await PageServer.start();
    server = await startTestServer({
      corsOrigins: [pageServer.origin],
      callReconnectSeconds: RECONNECT_SECONDS,
    });
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: FLAGS });
  });
  beforeEach(async () => {
    pages = [];
    number++;
    users = await Promise.all(
      ['alice', 'bob', 'carol'].map((name) => createUser(server, `${name}-${number}`)),
    );
  });
  afterEach(async () => {
    await Promise.all(pages.map((page) => page.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await pageServer?.stop();
  });

  async function createConversationOf(type: 'dm' | 'group', ...members: TestUser[]): Promise<string> {
    const [first, ...others] = members;
    const input = { type, memberIds: others.map(({ id }) => id) };
    return (await expectData(restTransport(server.url, first!.token).request(createConversation, input))).id;
  }

  async function open(conversationId: string, ...devicesOf: TestUser[]): Promise<CallPage[]> {
    const opened = await Promise.all(
      devicesOf.map((one) =>
        CallPage.open(browser, `${pageServer.origin}/`, server.url, one, conversationId),
      ),
    );
    pages.push(...opened);
    return opened;
  }

  /** Requires that neither the page nor the console shows an error. */
  async function expectNoComplaints(): Promise<void> {
    for (const page of pages) expect([page.errors, await page.errorText()]).toEqual([[], '']);
  }

  it('transmits sound and video in both directions until one user hangs up', async () => {
    const [alice, bob] = users as [TestUser, TestUser];
    const [alicesPage, bobsPage] = (await open(await createConversationOf('dm', alice, bob), alice, bob)) as [
      CallPage,
      CallPage,
    ];
    await alicesPage.click('Video call');
    expect(await bobsPage.waitForState('ringing')).toBe(`Test alice-${number} is calling.`);
    await alicesPage.waitForState('calling');
    expect([await alicesPage.received(), await bobsPage.received()]).toEqual([[], []]);

    await bobsPage.click('Accept');
    await Promise.all([alicesPage.waitForState('active'), bobsPage.waitForState('active')]);
    await Promise.all([alicesPage.receives(1, SOUND_AND_PICTURES), bobsPage.receives(1, SOUND_AND_PICTURES)]);
    for (const [page, other] of [
      [alicesPage, bob],
      [bobsPage, alice],
    ] as const) {
      const before = await page.picture(other.id);
      await page.receives(1, SOUND_AND_PICTURES);
      const after = await page.picture(other.id);
      expect(brightness(before)).toBeGreaterThan(32);
      expect(after).not.toEqual(before);
    }

    await alicesPage.click('Hang up');
    expect(await bobsPage.waitForState('ended')).toBe('The call has ended: completed.');
    await alicesPage.waitForState('ended');
    expect([await alicesPage.shown(), await bobsPage.shown()]).toEqual([[], []]);
    expect([await alicesPage.received(), await bobsPage.received()]).toEqual([[], []]);
    await expectNoComplaints();
  });

  it('that is declined ends for the caller without a connection', async () => {
    const [alice, bob] = users as [TestUser, TestUser];
    const [alicesPage, bobsPage] = (await open(await createConversationOf('dm', alice, bob), alice, bob)) as [
      CallPage,
      CallPage,
    ];
    await alicesPage.click('Voice call');
    await bobsPage.waitForState('ringing');
    await bobsPage.click('Decline');
    for (const page of [alicesPage, bobsPage]) {
      expect(await page.waitForState('ended')).toBe('The call has ended: declined.');
      expect([await page.shown(), await page.received()]).toEqual([[], []]);
    }
    await expectNoComplaints();
  });

  it('rings on every device of a user, and stops on the others when one answers', async () => {
    const [alice, bob] = users as [TestUser, TestUser];
    const opened = await open(await createConversationOf('dm', alice, bob), alice, bob, bob);
    const [alicesPage, phone, laptop] = opened as [CallPage, CallPage, CallPage];
    await alicesPage.click('Voice call');
    await Promise.all([phone.waitForState('ringing'), laptop.waitForState('ringing')]);
    await phone.click('Accept');
    expect(await laptop.waitForState('elsewhere')).toBe(
      'You are in the call in another tab or on another device.',
    );
    await Promise.all([alicesPage.receives(1, SOUND), phone.receives(1, SOUND)]);
    expect([await laptop.shown(), await laptop.received()]).toEqual([[], []]);
    await phone.click('Hang up');
    await Promise.all([alicesPage.waitForState('ended'), laptop.waitForState('ended')]);
    await expectNoComplaints();
  });

  it('is one call when two users call each other at once', async () => {
    const [alice, bob] = users as [TestUser, TestUser];
    const [alicesPage, bobsPage] = (await open(await createConversationOf('dm', alice, bob), alice, bob)) as [
      CallPage,
      CallPage,
    ];
    await Promise.all([alicesPage.click('Voice call'), bobsPage.click('Voice call')]);
    await Promise.all([alicesPage.receives(1, SOUND), bobsPage.receives(1, SOUND)]);
    await bobsPage.click('Hang up');
    await Promise.all([alicesPage.waitForState('ended'), bobsPage.waitForState('ended')]);
    await expectNoComplaints();
  });

  it('completes one of two simultaneous offers', async () => {
    const [alice, bob] = users as [TestUser, TestUser];
    const [alicesPage, bobsPage] = (await open(await createConversationOf('dm', alice, bob), alice, bob)) as [
      CallPage,
      CallPage,
    ];
    await alicesPage.click('Voice call');
    await bobsPage.click('Accept');
    await alicesPage.receives(1, SOUND);
    for (let round = 0; round < 5; round++) {
      const [[before]] = (await alicesPage.sessions()) as [[string, string]];
      await Promise.all([alicesPage.restart(), bobsPage.restart()]);
      await waitUntil(async () => {
        const [[ownSession, otherSession] = []] = await alicesPage.sessions();
        const [[his_, hers_] = []] = await bobsPage.sessions();
        return (
          ownSession !== undefined && ownSession !== before && ownSession === hers_ && otherSession === his_
        );
      });
    }
    await Promise.all([alicesPage.receives(1, SOUND), bobsPage.receives(1, SOUND)]);
    await expectNoComplaints();
  });

  it('survives a lost connection to the server together with lost signals', async () => {
    const [alice, bob] = users as [TestUser, TestUser];
    const [alicesPage, bobsPage] = (await open(await createConversationOf('dm', alice, bob), alice, bob)) as [
      CallPage,
      CallPage,
    ];
    await alicesPage.click('Voice call');
    await bobsPage.click('Accept');
    await bobsPage.waitForState('active');
    await bobsPage.cut();
    await Promise.all([alicesPage.receives(1, SOUND), bobsPage.receives(1, SOUND)]);
    await alicesPage.cut();
    await Promise.all([alicesPage.receives(1, LONG_SOUND), bobsPage.receives(1, LONG_SOUND)]);
    await alicesPage.click('Hang up');
    expect(await bobsPage.waitForState('ended')).toBe('The call has ended: completed.');
    expect([await alicesPage.errorText(), await bobsPage.errorText()]).toEqual(['', '']);
  });

  it('ends when a page closes without leaving, and does not resume', async () => {
    const [alice, bob] = users as [TestUser, TestUser];
    const [alicesPage, bobsPage] = (await open(await createConversationOf('dm', alice, bob), alice, bob)) as [
      CallPage,
      CallPage,
    ];
    await alicesPage.click('Voice call');
    await bobsPage.click('Accept');
    await alicesPage.receives(1, SOUND);
    await bobsPage.close();
    expect(await alicesPage.waitForState('ended')).toBe('The call has ended: failed.');
    expect([await alicesPage.shown(), await alicesPage.received()]).toEqual([[], []]);
  });

  it('in a group connects all participants, and continues when one leaves', async () => {
    const [alice, bob, carol] = users as [TestUser, TestUser, TestUser];
    const opened = await open(await createConversationOf('group', alice, bob, carol), alice, bob, carol);
    const [alicesPage, bobsPage, carolsPage] = opened as [CallPage, CallPage, CallPage];
    await alicesPage.click('Voice call');
    await Promise.all([bobsPage.waitForState('ringing'), carolsPage.waitForState('ringing')]);
    await Promise.all([bobsPage.click('Accept'), carolsPage.click('Accept')]);
    await Promise.all(opened.map((page) => page.receives(2, SOUND)));
    await alicesPage.click('Hang up');
    await Promise.all([bobsPage.receives(1, SOUND), carolsPage.receives(1, SOUND)]);
    expect((await bobsPage.shown()).sort()).toEqual([bob.id, carol.id].sort());
    await expectNoComplaints();
  });
});

/** Mean of red, green and blue; 0 is black. */
function brightness(picture: number[]): number {
  const colours = picture.filter((_value, index) => index % 4 !== 3);
  return colours.reduce((sum, colour) => sum + colour, 0) / colours.length;
}
