import { commands } from '../../../src/api-contract.js';
import { SessionMonitor } from '../../../src/kernel/identity/session-monitor.js';
import { startCall } from '../../../src/modules/calls/calls.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { createPoll } from '../../../src/modules/polls/polls.contract.js';
import { scheduleMessage } from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { tableFingerprints } from '../../support/contract/table-fingerprints.js';
import { expectData, Device, expectErrorCode, restTransport } from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { holdConnections } from '../../support/servers/busy-connections.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';
import { findServerSockets } from '../../support/servers/server-sockets.js';
import { untilSessionsChecked } from '../../support/servers/session-checks.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const POOL_SIZE = 2;

let server: TestServer;
afterEach(() => server.stop());

function deactivate(id: string): Promise<unknown> {
  return query(
    server.database.ownerUrl,
    `UPDATE users SET is_active = false, sessions_revoked_at = clock_timestamp() WHERE id = '${id}'`,
  );
}

describe('A user deactivated in the database', () => {
  it('is rejected by every command on a socket that is still open', async () => {
    server = await startTestServer();
    const [inactiveUser, bob, carol] = [
      await createUser(server, 'inactive-user'),
      await createUser(server, 'bob'),
      await createUser(server, 'carol'),
    ];
    const device = await Device.connect(server.url, inactiveUser.token);
    const { id: conversationId } = await expectData(
      device.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    const message = await expectData(device.request(sendMessage, { conversationId, content: 'Before' }));
    const group = await expectData(
      device.request(createConversation, { type: 'group', memberIds: [bob.id] }),
    );
    const channel = await expectData(
      restTransport(server.url, bob.token).request(createConversation, {
        type: 'channel',
        title: 'Open',
        isPrivate: false,
      }),
    );
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id: scheduledMessageId } = await expectData(
      device.request(scheduleMessage, { conversationId, content: 'Later', sendAt }),
    );
    const { id: callId } = await expectData(
      device.request(startCall, { conversationId: group.id, type: 'voice' }),
    );
    const poll = (
      await expectData(
        device.request(createPoll, { conversationId, question: 'Well?', options: ['Yes', 'No'] }),
      )
    ).poll!;
    server.app.get(SessionMonitor).onApplicationShutdown(); // the socket stays open
    await deactivate(inactiveUser.id);

    const inGroup = { conversationId: group.id };
    const inputs: Record<string, object[]> = {
      'session.refresh': [{ token: inactiveUser.token }],
      'user.update': [
        { userId: 'me' },
        { userId: 'me', displayName: 'Still here' },
        { userId: 'me', settings: { readReceipts: false } },
        { userId: inactiveUser.id, isActive: true },
        { userId: bob.id, isActive: false },
      ],
      'block.add': [{ userId: bob.id }],
      'block.remove': [{ userId: bob.id }],
      'conversation.create': [
        { type: 'dm', memberIds: [carol.id] },
        { type: 'dm', memberIds: [bob.id] },
        { type: 'dm', memberIds: [bob.id], clientId: 'mine' },
        { type: 'group' },
        { type: 'group', ownerId: carol.id },
      ],
      'conversation.update': [inGroup, { ...inGroup, title: 'After' }],
      'conversation.delete': [inGroup, { conversationId }],
      'conversation.join': [{ conversationId: channel.id }, inGroup],
      'member.add': [
        { ...inGroup, userIds: [carol.id] },
        { ...inGroup, userIds: [bob.id] },
      ],
      'member.update': [{ ...inGroup, userId: bob.id, role: 'owner', transferOwnership: true }],
      'member.remove': [
        { ...inGroup, userId: bob.id },
        { ...inGroup, userId: 'me' },
      ],
      'membership.update': [inGroup, { ...inGroup, pinned: true }],
      'conversation.read': [{ conversationId, seq: 1 }],
      'conversation.delivered': [{ conversationId, seq: 1 }],
      'conversation.unread': [{ conversationId, seq: 1 }],
      'message.send': [
        { conversationId, content: 'After' },
        { conversationId, content: 'After', replyToId: message.id, clientId: 'mine' },
        { conversationId, content: 'After', threadRootId: message.id },
      ],
      'message.list': [{ conversationId }],
      'message.edit': [{ messageId: message.id, content: 'After' }],
      'message.delete': [{ messageId: message.id }],
      'message.save': [{ messageId: message.id }],
      'message.unsave': [{ messageId: message.id }],
      'message.hide': [{ messageId: message.id }],
      'draft.save': [{ conversationId, content: 'After' }],
      'draft.remove': [{ conversationId }],
      'typing.start': [inGroup, { conversationId }],
      'typing.stop': [inGroup, { conversationId }],
      'scheduled_message.create': [{ conversationId, content: 'Later', sendAt }],
      'scheduled_message.update': [{ scheduledMessageId, content: 'After' }],
      'scheduled_message.cancel': [{ scheduledMessageId }],
      'scheduled_message.send': [{ scheduledMessageId }],
      'message.forward': [{ messageId: message.id, conversationId }],
      'message.pin': [{ messageId: message.id }],
      'message.unpin': [{ messageId: message.id }],
      'poll.create': [{ conversationId, question: 'Well?', options: ['Yes', 'No'] }],
      'poll.vote': [
        { pollId: poll.id, optionIds: [] },
        { pollId: poll.id, optionIds: [poll.options[0]!.id] },
      ],
      'poll.close': [{ pollId: poll.id }],
      'reaction.add': [{ messageId: message.id, emoji: '👍' }],
      'reaction.remove': [{ messageId: message.id, emoji: '👍' }],
      'thread.follow': [{ messageId: message.id }],
      'thread.unfollow': [{ messageId: message.id }],
      'thread.read': [{ messageId: message.id, seq: 1 }],
      'call.start': [
        { conversationId, type: 'voice' },
        { ...inGroup, type: 'voice' },
      ],
      'call.accept': [{ callId }],
      'call.decline': [{ callId }],
      'call.leave': [{ callId }],
      'call.end': [{ callId }],
      'call.signal': [{ callId, toUserId: bob.id, signal: { kind: 'offer', sdp: 'v=0\r\n' } }],
      'call.issue_token': [{ callId }],
      'unread.get': [{}],
      'unread.clear': [{}],
      sync: [
        {},
        { accountVersion: 1, conversations: { [conversationId]: 1 }, receiptsFor: [conversationId] },
      ],
    };
    expect(Object.keys(inputs).sort()).toEqual(commands.map(({ name }) => name).sort());
    const before = await tableFingerprints(server);
    for (const [name, each] of Object.entries(inputs))
      for (const input of each)
        expect([name, await expectErrorCode(device.emitCommand(name, input))]).toEqual([
          name,
          'unauthenticated',
        ]);
    expect(await tableFingerprints(server)).toEqual(before);
    device.close();
  });

  it('loses the socket by the next check while all connections of the pool are busy', async () => {
    server = await startTestServer({ databasePoolSize: POOL_SIZE });
    const [inactiveUser, other] = [
      await createUser(server, 'inactive-user'),
      await createUser(server, 'other'),
    ];
    const [device, remaining] = [
      await Device.connect(server.url, inactiveUser.token),
      await Device.connect(server.url, other.token),
    ];
    const release = await holdConnections(server.app, POOL_SIZE);
    try {
      const waiting = restTransport(server.url, other.token).request(createConversation, {
        type: 'dm',
        memberIds: [inactiveUser.id],
      });
      await deactivate(inactiveUser.id);
      await untilSessionsChecked(server);
      expect(findServerSockets(server)).toHaveLength(1);
      await waitUntil(() => device.socket.disconnected);
      expect(device.events.at(-1)).toEqual({ name: 'session.ended', payload: { code: 'unauthenticated' } });
      expect(remaining.socket.connected).toBe(true);
      await release();
      expect(await expectErrorCode(waiting)).toBe('unavailable');
    } finally {
      await release();
    }
    remaining.close();
  });
});
