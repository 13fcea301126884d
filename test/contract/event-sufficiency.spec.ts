import { events } from '../../src/api-contract.js';
import { eventId } from '../../src/api-docs/asyncapi.js';
import { CALL_ACTIONS } from '../support/events/call-actions.js';
import { POLL_ACTIONS } from '../support/events/poll-actions.js';
import { expectEventSufficiency, type TestAction } from '../support/events/event-sufficiency.js';
import { THREAD_ACTIONS } from '../support/events/thread-actions.js';
import { observeTraffic } from '../support/clients/transports.js';
import { AnswerSchemas } from '../support/contract/answer-schemas.js';
import { startTestServer, type TestServer } from '../support/servers/test-server.js';
import { MESSAGE_ACTIONS } from '../support/events/message-actions.js';
import { DRAFT_ACTIONS } from '../support/events/draft-actions.js';
import { CONVERSATION_ACTIONS } from '../support/events/conversation-actions.js';

/** All actions that change data. */
const ACTIONS: Record<string, TestAction> = {
  ...MESSAGE_ACTIONS,
  ...THREAD_ACTIONS,
  ...CALL_ACTIONS,
  ...POLL_ACTIONS,
  ...DRAFT_ACTIONS,
  ...CONVERSATION_ACTIONS,
};

describe('The old state with the events or a sync equals a fresh read after', () => {
  let server: TestServer;
  let schemas: AnswerSchemas;
  const received = new Set<string>();

  /** Limits at which a third member exceeds receipts and a second one exceeds typing. */
  beforeAll(async () => {
    server = await startTestServer({ receiptsMaxMembers: 2, typingMaxMembers: 1 });
    schemas = await AnswerSchemas.load(server.url);
    observeTraffic(schemas);
  });
  afterAll(() => server.stop());

  it.each(Object.entries(ACTIONS))('%s', async (name, act) => {
    for (const event of await expectEventSufficiency(server, name, act)) received.add(event);
  });

  it('all durable events', () => {
    const durable = events.filter((event) => event.durable).map((event) => event.name);
    expect([...received].filter((name) => durable.includes(name)).sort()).toEqual(durable.sort());
  });

  it('with answers and events that keep to the documents', () => {
    for (const event of events.filter(({ durable }) => durable))
      expect(schemas.compared).toContain(eventId(event));
    expect([...schemas.faults]).toEqual([]);
  });
});
