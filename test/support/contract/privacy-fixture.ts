import { openApiDocument } from '../../../src/api-docs/openapi.js';
import { operations } from '../../../src/api-contract.js';
import type { Operation } from '../../../src/kernel/realtime/contract.js';
import { uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import { addBlock, removeBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { leaveCall, startCall } from '../../../src/modules/calls/calls.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { markConversationRead } from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { deleteMessage, editMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage, saveMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { pinMessage } from '../../../src/modules/messages/pins/pins.contract.js';
import { addReaction } from '../../../src/modules/messages/reactions/reactions.contract.js';
import { createTestPoll, getTestPoll, vote } from '../features/poll-commands.js';
import { saveDraft } from '../../../src/modules/drafts/drafts.contract.js';
import { scheduleMessage } from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { updateUser } from '../../../src/modules/users/users.contract.js';
import { expectData, Device, restTransport, type Answer, type Transport } from '../clients/transports.js';
import { query } from '../servers/embedded-postgres-fixture.js';
import { createUser, type TestServer } from '../servers/test-server.js';
import { waitUntil } from '../environment/wait-until.js';

/**
 * Readers: author, remaining member, removed member, non-member, user with disabled receipts, and user
 * blocked by alice in some cases.
 */
const ROLES = ['alice', 'bob', 'former', 'outsider', 'userWithHiddenReads', 'blockedUser'] as const;
export type PrivacyRole = (typeof ROLES)[number];

interface Reader {
  id: string;
  rest: Transport;
  device: Device;
}

type InputSchema = { properties?: object; required?: string[] };

/** All read operations. An operation that changes data is none. */
export const READS: readonly Operation[] = operations.filter(
  ({ name, rest }) => rest?.startsWith('GET ') === true || name === 'sync',
);

/** Words of the texts that must not be readable. */
export const SECRET_WORDS = {
  deleted: 'burnt',
  before: 'scorched',
  hidden: 'awkward',
  kept: 'inner',
  title: 'Circle',
};

/** Group with deleted, hidden and readable messages, and a DM of alice with a user that she can block. */
export class PrivacyFixture {
  private constructor(
    /** Id of a user that only voted in an anonymous poll. */
    readonly anonymousVoterId: string,
    readonly server: TestServer,
    readonly users: Readonly<Record<PrivacyRole, Reader>>,
    readonly group: string,
    readonly dm: string,
    readonly messages: Readonly<Record<'deleted' | 'hidden' | 'kept' | 'ofDm', MessageDto>>,
    /** Id of a call in each conversation. */
    readonly calls: Readonly<Record<string, string>>,
    private readonly polls: Readonly<Record<string, string>>,
    private readonly schemas: Record<string, InputSchema>,
  ) {}

  static async open(server: TestServer): Promise<PrivacyFixture> {
    const entries: [string, Reader][] = [];
    for (const name of ROLES) {
      const { id, token } = await createUser(server, name);
      const device = await Device.connect(server.url, token);
      entries.push([name, { id, rest: restTransport(server.url, token), device }]);
    }
    const users = Object.fromEntries(entries) as Record<PrivacyRole, Reader>;
    const { alice, bob, former, userWithHiddenReads, blockedUser } = users;
    const create = async (input: object): Promise<string> =>
      (await expectData(alice.rest.request(createConversation, input))).id;
    const members = [bob, former, userWithHiddenReads, blockedUser].map(({ id }) => id);
    const group = await create({ type: 'group', title: SECRET_WORDS.title, memberIds: members });
    const dm = await create({ type: 'dm', memberIds: [blockedUser.id] });
    const sendText = async (word: string, conversationId = group): Promise<MessageDto> => {
      const content = `${word} words`;
      const file = { name: `${content}.txt`, bytes: Buffer.from(content) };
      const { id: attachmentId } = await expectData(alice.rest.request(uploadAttachment, { file }));
      const shown = { type: 'file', content, media: [{ attachmentId }], mentions: [bob.id] };
      return expectData(alice.rest.request(sendMessage, { conversationId, ...shown }));
    };
    const messages = {
      deleted: await sendText(SECRET_WORDS.before),
      hidden: await sendText(SECRET_WORDS.hidden),
      kept: await sendText(SECRET_WORDS.kept),
      ofDm: await sendText(SECRET_WORDS.kept, dm),
    };
    const polls: Record<string, string> = {};
    for (const [name, word] of Object.entries({
      deleted: SECRET_WORDS.deleted,
      hidden: SECRET_WORDS.hidden,
      kept: SECRET_WORDS.kept,
    })) {
      const words = {
        question: `${word} words?`,
        options: [`${word} words`, 'no'],
        anonymous: name === 'kept',
      };
      const poll = await createTestPoll({ transport: alice.rest }, group, words);
      polls[messages[name as 'kept'].id] = poll.pollId;
      await expectData(vote({ transport: blockedUser.rest }, poll.pollId, poll.options[0]));
      if (name === 'deleted')
        await expectData(alice.rest.request(deleteMessage, { messageId: poll.message.id }));
      if (name === 'hidden') await expectData(bob.rest.request(hideMessage, { messageId: poll.message.id }));
    }
    const { pollId, options } = await createTestPoll({ transport: alice.rest }, dm, {
      question: `${SECRET_WORDS.kept} words?`,
    });
    await expectData(vote({ transport: blockedUser.rest }, pollId, options[0]));
    polls[messages.ofDm.id] = pollId;
    const about = (message: MessageDto): object => ({ messageId: message.id });
    await expectData(
      userWithHiddenReads.rest.request(updateUser, { userId: 'me', settings: { readReceipts: false } }),
    );
    for (const { rest } of [bob, former, userWithHiddenReads])
      await expectData(rest.request(markConversationRead, { conversationId: group, seq: 2 }));
    await expectData(bob.rest.request(saveMessage, about(messages.deleted)));
    for (const threadRootId of [messages.deleted.id, messages.hidden.id, messages.kept.id])
      await expectData(
        bob.rest.request(sendMessage, { conversationId: group, content: 'Why', threadRootId }),
      );
    for (const replyToId of [messages.deleted.id, messages.hidden.id])
      await expectData(
        blockedUser.rest.request(sendMessage, { conversationId: group, content: 'Why', replyToId }),
      );
    await expectData(
      alice.rest.request(editMessage, {
        ...about(messages.deleted),
        content: `${SECRET_WORDS.deleted} words`,
      }),
    );
    await expectData(
      alice.rest.request(editMessage, {
        ...about(messages.hidden),
        content: `${SECRET_WORDS.hidden} words, too`,
      }),
    );
    for (const message of [messages.deleted, messages.hidden, messages.kept]) {
      await expectData(blockedUser.rest.request(addReaction, { ...about(message), emoji: '👍' }));
      await expectData(blockedUser.rest.request(pinMessage, about(message)));
    }
    await expectData(bob.rest.request(hideMessage, about(messages.hidden)));
    for (const { rest } of [bob, former]) await expectData(rest.request(saveMessage, about(messages.kept)));
    const ofBob = { conversationId: group, content: `${SECRET_WORDS.kept} words` };
    await expectData(bob.rest.request(saveDraft, ofBob));
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    await expectData(bob.rest.request(scheduleMessage, { ...ofBob, sendAt }));
    await expectData(alice.rest.request(removeMember, { conversationId: group, userId: former.id }));
    await expectData(alice.rest.request(deleteMessage, about(messages.deleted)));
    const calls: Record<string, string> = {};
    for (const conversationId of [group, dm]) {
      const call = { conversationId, type: 'voice', deviceId: 'phone' };
      const { id: callId } = await expectData(alice.rest.request(startCall, call));
      await expectData(alice.rest.request(leaveCall, { callId }));
      calls[conversationId] = callId;
    }
    const anonymousVoterId = await createUser(server, 'quiet');
    await expectData(
      alice.rest.request(addMembers, { conversationId: group, userIds: [anonymousVoterId.id] }),
    );
    const secret = polls[messages.kept.id]!;
    const chosen = (await getTestPoll(alice, secret)).options[1]!.id;
    await expectData(vote({ transport: restTransport(server.url, anonymousVoterId.token) }, secret, chosen));
    const pendingWork =
      'SELECT FROM search_index_queue UNION ALL SELECT FROM attachments WHERE unlinked_at IS NOT NULL';
    await waitUntil(async () => (await query(server.database.ownerUrl, pendingWork)).length === 0);
    return new PrivacyFixture(
      anonymousVoterId.id,
      server,
      users,
      group,
      dm,
      messages,
      calls,
      polls,
      openApiDocument(server.app).components!.schemas as Record<string, InputSchema>,
    );
  }

  /**
   * Answers to the operation for each message, over REST and, where possible, over the socket. An operation with an optional
   * conversation is requested for all conversations as well.
   */
  async read(
    operation: Operation,
    reader: PrivacyRole,
    conversationId = this.group,
  ): Promise<Answer<unknown>[]> {
    const { rest, device } = this.users[reader];
    const transports = operation.socket ? [rest, device] : [rest];
    const inputs = Object.values(this.messages)
      .filter((message) => message.conversationId === conversationId)
      .flatMap((message) => this.inputsOf(operation, message));
    const different = [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()];
    const answers: Answer<unknown>[] = [];
    for (const transport of transports)
      for (const input of different) answers.push(await transport.request<object, object>(operation, input));
    return answers;
  }

  /** Contents of the files whose signed URLs are in an answer. */
  async filesIn(answer: Answer<unknown>): Promise<string> {
    const addresses = JSON.stringify(answer).match(/\/v1\/files\/[\w.~-]+/g) ?? [];
    const bodies = addresses.map(async (path) => (await fetch(`${this.server.url}${path}`)).text());
    return (await Promise.all(bodies)).join();
  }

  async block(isBlocked: boolean): Promise<void> {
    const { alice, blockedUser } = this.users;
    await expectData(alice.rest.request(isBlocked ? addBlock : removeBlock, { userId: blockedUser.id }));
  }

  async setActive(reader: PrivacyRole, isActive: boolean): Promise<void> {
    const { id } = this.users[reader];
    await query(this.server.database.ownerUrl, `UPDATE users SET is_active = ${isActive} WHERE id = '${id}'`);
  }

  /** Sets or clears the time of deletion of both conversations, as before the jobs that end the memberships. */
  async setDeleted(isDeleted: boolean): Promise<void> {
    const deletedAt = isDeleted ? 'now()' : 'NULL';
    await query(this.server.database.ownerUrl, `UPDATE conversations SET deleted_at = ${deletedAt}`);
  }

  close(): void {
    for (const { device } of Object.values(this.users)) device.close();
  }

  /** Input fields with known values; optional fields with another meaning are omitted. */
  private inputsOf({ name, input }: Operation, { id, conversationId, media }: MessageDto): object[] {
    const files = Object.values(this.messages).map((message) => message.media[0]!.attachmentId);
    const known: Record<string, unknown> = {
      conversationId,
      messageId: id,
      callId: this.calls[conversationId],
      attachmentId: media[0]!.attachmentId,
      ids: name === 'user.list' ? undefined : files.join(),
      pollId: this.polls[id],
      userId: this.users.alice.id,
      conversations: { [conversationId]: 1 },
      receiptsFor: [conversationId],
      q: 'words',
    };
    const { properties = {}, required = [] } = this.schemas[input.name] ?? {};
    const inputOf = (isField: (field: string) => boolean): object =>
      Object.fromEntries(
        Object.entries(known).filter(([field, value]) => isField(field) && value !== undefined),
      );
    const isField = (field: string): boolean => field in properties;
    const isOfAll = (field: string): boolean =>
      isField(field) && (field !== 'conversationId' || required.includes(field));
    return [inputOf(isField), inputOf(isOfAll)];
  }
}
