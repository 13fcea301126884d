import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { listMessages } from '../../../src/modules/messages/messages.contract.js';
import type { ScheduledMessageDto } from '../../../src/modules/scheduled-messages/dto/scheduled-message.dto.js';
import {
  listScheduledMessages,
  scheduleMessage,
} from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import type { ScenarioContext, TestActor } from '../clients/both-transports.js';
import { expectData, type Answer } from '../clients/transports.js';
import { waitUntil } from '../environment/wait-until.js';

export const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
export const NO_CONTENT = {
  content: null,
  metadata: null,
  mentions: [],
  mentionsAll: false,
  replyToId: null,
};

export const inMs = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
export const LATER = inMs(YEAR_MS / 2);

export function schedule(
  { transport }: TestActor,
  conversationId: string,
  more: object = {},
): Promise<Answer<ScheduledMessageDto>> {
  return transport.request(scheduleMessage, { conversationId, content: 'Later', sendAt: LATER, ...more });
}

export const readMessages = async ({ rest }: TestActor, conversationId: string): Promise<MessageDto[]> =>
  (await expectData(rest.request(listMessages, { conversationId }))).items;
export const listWaiting = async ({ rest }: TestActor, more: object = {}): Promise<ScheduledMessageDto[]> =>
  (await expectData(rest.request(listScheduledMessages, more))).items;

/** Waits until the given number of sending jobs have run. */
export async function untilJobsComplete({ sql }: ScenarioContext, count: number): Promise<void> {
  await waitUntil(
    async () =>
      (await sql("SELECT FROM pgboss.job WHERE name = 'scheduled_message.send' AND state = 'completed'"))
        .length === count,
  );
}

/** Requires that the text is in no row of a job and in no scheduled message. */
export async function expectNoTrace({ sql }: ScenarioContext, { andMessages = false } = {}): Promise<void> {
  const tables = ['scheduled_messages', 'pgboss.job', 'pgboss.archive', ...(andMessages ? ['messages'] : [])];
  for (const table of tables)
    expect([table, JSON.stringify(await sql(`SELECT t::text FROM ${table} t`))]).not.toEqual([
      table,
      expect.stringContaining('Later'),
    ]);
}
