import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { addMembers, removeMember } from '../src/modules/conversations/members.contract.js';
import { saveDraft } from '../src/modules/drafts/drafts.contract.js';
import { sendMessage } from '../src/modules/messages/messages.contract.js';
import { hideMessage, saveMessage } from '../src/modules/messages/mine/my-messages.contract.js';
import { followThread } from '../src/modules/messages/threads/threads.contract.js';
import { comparable, opened, readAnew, synced } from './proof/client.js';
import { data, restDoor } from './setup/doors.js';
import { person, startTestServer, type TestServer } from './setup/server.js';

describe('Who was removed and brought back while they were away', () => {
  let server: TestServer;

  beforeAll(async () => (server = await startTestServer()));
  afterAll(() => server.stop());

  it.each([1, 300])('has by a sync what they read anew, of %d messages', async (count) => {
    const [owner, member] = [await person(server, `owner ${count}`), await person(server, `member ${count}`)];
    const [alice, bob] = [restDoor(server.url, owner.token), restDoor(server.url, member.token)];
    const group = { type: 'group', memberIds: [member.id] };
    const { id: conversationId } = await data(alice.ask(createConversation, group));
    const ids: string[] = [];
    for (const content of ['Saved', 'Hidden', 'Followed'])
      ids.push((await data(alice.ask(sendMessage, { conversationId, content }))).id);
    await data(bob.ask(saveMessage, { messageId: ids[0]! }));
    await data(bob.ask(hideMessage, { messageId: ids[1]! }));
    await data(bob.ask(followThread, { messageId: ids[2]! }));
    await data(bob.ask(saveDraft, { conversationId, content: 'So' }));
    const before = await readAnew(bob);

    await data(alice.ask(removeMember, { conversationId, userId: member.id }));
    await data(alice.ask(addMembers, { conversationId, userIds: [member.id] }));
    for (let number = 0; number < count; number++)
      await data(alice.ask(sendMessage, { conversationId, content: `Number ${number}` }));
    await data(bob.ask(saveMessage, { messageId: ids[2]! }));
    const now = comparable(await readAnew(bob));
    expect(comparable(await opened(await synced(before, bob), bob))).toEqual(now);
  });
});
