import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { saveDraft } from '../../../src/modules/drafts/drafts.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage, saveMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { followThread } from '../../../src/modules/messages/threads/threads.contract.js';
import {
  toComparable,
  loadFullHistory,
  readFreshState,
  syncState,
} from '../../support/events/sync-client.js';
import { expectData, restTransport } from '../../support/clients/transports.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';

describe('A user that was removed and added again while offline', () => {
  let server: TestServer;

  beforeAll(async () => (server = await startTestServer()));
  afterAll(() => server.stop());

  it.each([1, 300])(
    'has the same state after a sync as after a fresh read, with %d messages',
    async (count) => {
      const [owner, member] = [
        await createUser(server, `owner ${count}`),
        await createUser(server, `member ${count}`),
      ];
      const [alice, bob] = [restTransport(server.url, owner.token), restTransport(server.url, member.token)];
      const group = { type: 'group', memberIds: [member.id] };
      const { id: conversationId } = await expectData(alice.request(createConversation, group));
      const ids: string[] = [];
      for (const content of ['Saved', 'Hidden', 'Followed'])
        ids.push((await expectData(alice.request(sendMessage, { conversationId, content }))).id);
      await expectData(bob.request(saveMessage, { messageId: ids[0]! }));
      await expectData(bob.request(hideMessage, { messageId: ids[1]! }));
      await expectData(bob.request(followThread, { messageId: ids[2]! }));
      await expectData(bob.request(saveDraft, { conversationId, content: 'So' }));
      const before = await readFreshState(bob);

      await expectData(alice.request(removeMember, { conversationId, userId: member.id }));
      await expectData(alice.request(addMembers, { conversationId, userIds: [member.id] }));
      for (let number = 0; number < count; number++)
        await expectData(alice.request(sendMessage, { conversationId, content: `Number ${number}` }));
      await expectData(bob.request(saveMessage, { messageId: ids[2]! }));
      const now = toComparable(await readFreshState(bob));
      expect(toComparable(await loadFullHistory(await syncState(before, bob), bob))).toEqual(now);
    },
  );
});
