import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduledMessageDto } from '../../src/modules/scheduled-messages/dto/scheduled-message.dto.js';
import {
  cancelScheduledMessage,
  scheduleMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from '../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { RaceFixture, type Racer, errorCodes, runRounds } from '../support/concurrency/race-fixture.js';
import { readHistory } from '../support/clients/read-history.js';
import { type Random, withSeed } from '../support/environment/random.js';
import { counts } from '../support/environment/counts.js';
import type { Answer, Transport } from '../support/clients/transports.js';
import { waitUntil } from '../support/environment/wait-until.js';

/** Messages that become due in one round. */
const MESSAGES = 8;
/** Attempts on each message around its time. */
const ATTEMPTS = 4;
const SOON_MS = 600;

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

interface Attempt {
  kind: 'edit' | 'delay' | 'cancel' | 'send';
  answer: Answer<ScheduledMessageDto>;
}

describe('Updates and cancels of due scheduled messages, with two nodes that send them,', () => {
  let fixture: RaceFixture;
  let alice: Racer;
  let bob: Racer;

  beforeAll(async () => {
    fixture = await RaceFixture.create(2);
    ({ alice, bob } = fixture);
  });
  afterAll(() => fixture.stop());

  it('leave each message sent once with its last update, or cancelled and never sent', () =>
    withSeed((random) =>
      runRounds(counts.raceRounds, async () => {
        const conversationId = await fixture.replaceDm(alice, bob);
        const since = await fixture.getAccountVersion(alice);
        const histories = await Promise.all(
          Array.from({ length: MESSAGES }, (_item, index) =>
            runScheduledMessage(conversationId, `Number ${index}`, random),
          ),
        );
        await waitUntil(async () =>
          (await statesIn(conversationId)).every(({ state }) => state !== 'scheduled'),
        );

        const history = await readHistory(bob.transports[0]!, conversationId);
        const states = await statesIn(conversationId);
        for (const { id, attempts, last } of histories) {
          const { state, message_id: messageId } = states.find((row) => row.id === id)!;
          const wasCancelled = attempts.some(({ kind, answer }) => kind === 'cancel' && answer.ok);
          expect(state).toBe(wasCancelled ? 'cancelled' : 'sent');
          const message = history.find((one) => one.id === messageId);
          expect(message?.content).toBe(wasCancelled ? undefined : last);
          expect(
            attempts.filter(({ kind, answer }) => kind === 'send' && answer.ok).length,
          ).toBeLessThanOrEqual(1);
          expect(['not_scheduled', 'validation_failed']).toEqual(
            expect.arrayContaining(errorCodes(attempts.map(({ answer }) => answer))),
          );
        }
        expect(history).toHaveLength(states.filter(({ state }) => state === 'sent').length);
        await fixture.expectAccountChanges(alice, since);
        await fixture.expectConsistent();
      }),
    ));

  /** Schedules a message and applies updates, sends and cancels around its time. */
  async function runScheduledMessage(
    conversationId: string,
    content: string,
    random: Random,
  ): Promise<{ id: string; attempts: Attempt[]; last: string | null }> {
    const dueIn = random() * SOON_MS;
    const scheduled = await schedule({ conversationId, content }, dueIn, randomTransport(random));
    const attempts = await Promise.all(
      Array.from({ length: ATTEMPTS }, async (_item, index): Promise<Attempt> => {
        const [choice, transport] = [random(), randomTransport(random)];
        await sleep(dueIn * 0.5 + random() * SOON_MS);
        const { id: scheduledMessageId } = scheduled;
        if (choice < 0.4) {
          const update = { scheduledMessageId, content: `${content}, changed ${index}` };
          return { kind: 'edit', answer: await transport.request(updateScheduledMessage, update) };
        }
        if (choice < 0.6)
          return {
            kind: 'delay',
            answer: await transport.request(updateScheduledMessage, {
              scheduledMessageId,
              sendAt: inMs(200),
            }),
          };
        if (choice < 0.8)
          return {
            kind: 'send',
            answer: await transport.request(sendScheduledMessage, { scheduledMessageId }),
          };
        return {
          kind: 'cancel',
          answer: await transport.request(cancelScheduledMessage, { scheduledMessageId }),
        };
      }),
    );
    const results = [scheduled, ...attempts.flatMap(({ answer }) => (answer.ok ? [answer.data] : []))];
    const pendingStates = results.filter(({ state }) => state === 'scheduled');
    const last = pendingStates.reduce((one, other) =>
      one.accountVersion > other.accountVersion ? one : other,
    );
    return { id: scheduled.id, attempts, last: last.content };
  }

  /** On a slow machine the time may pass before the message is created. */
  async function schedule(
    message: object,
    dueIn: number,
    transport: Transport,
  ): Promise<ScheduledMessageDto> {
    for (;;) {
      const answer = await transport.request(scheduleMessage, { ...message, sendAt: inMs(100 + dueIn) });
      if (answer.ok) return answer.data;
      expect(answer.error.errors).toEqual([{ field: 'sendAt', code: 'in_the_past' }]);
    }
  }

  function randomTransport(random: Random): Transport {
    return alice.transports[Math.floor(random() * alice.transports.length)]!;
  }

  async function statesIn(
    conversationId: string,
  ): Promise<{ id: string; state: string; message_id: string | null }[]> {
    const sql = 'SELECT id, state, message_id FROM scheduled_messages WHERE conversation_id = $1';
    return (
      await fixture.sql.query<{ id: string; state: string; message_id: string | null }>(sql, [conversationId])
    ).rows;
  }
});

function inMs(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toISOString();
}
