import { operations } from '../../src/contract.js';
import type { Operation } from '../../src/kernel/realtime/contract.js';
import { uploadAttachment } from '../../src/modules/attachments/attachments.contract.js';
import { addBlock, removeBlock } from '../../src/modules/blocks/blocks.contract.js';
import { leaveCall, startCall } from '../../src/modules/calls/calls.contract.js';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import { readConversation } from '../../src/modules/conversations/marks.contract.js';
import { addMembers, removeMember } from '../../src/modules/conversations/members.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { deleteMessage, editMessage, sendMessage } from '../../src/modules/messages/messages.contract.js';
import { hideMessage, saveMessage } from '../../src/modules/messages/mine/my-messages.contract.js';
import { pinMessage } from '../../src/modules/messages/pins.contract.js';
import { addReaction } from '../../src/modules/messages/reactions/reactions.contract.js';
import { put, seen, vote } from './polls.js';
import { updateUser } from '../../src/modules/users/users.contract.js';
import { data, Device, restDoor, type Answer, type Door } from '../setup/doors.js';
import { query } from '../setup/embedded-fixture.js';
import { person, type TestServer } from '../setup/server.js';
import { until } from '../setup/until.js';

/** Who reads: the author; who stayed; who was removed; who never was there; who shows no receipts; whom alice blocks. */
const PEOPLE = ['alice', 'bob', 'former', 'stranger', 'hider', 'eve'] as const;
export type PrivacyRole = (typeof PEOPLE)[number];

interface Reader {
  id: string;
  rest: Door;
  device: Device;
}

/** Everything that reads: what changes something is no read, whatever it answers. */
export const READS: readonly Operation[] = operations.filter(
  ({ name, rest }) => rest?.startsWith('GET ') === true || name === 'sync',
);

/** What was said, by the words that must not be found. */
export const WORDS = {
  deleted: 'burnt',
  before: 'scorched',
  hidden: 'awkward',
  kept: 'inner',
  title: 'Circle',
};

/** A group in which something was deleted, hidden and kept, and a DM of alice with eve. */
export class PrivacyScene {
  private constructor(
    /** Of an anonymous poll: somebody who has done nothing else. */
    readonly quiet: string,
    readonly server: TestServer,
    readonly people: Readonly<Record<PrivacyRole, Reader>>,
    readonly group: string,
    readonly dm: string,
    readonly messages: Readonly<Record<'deleted' | 'hidden' | 'kept' | 'ofDm', MessageDto>>,
    /** A call in each of the two. */
    private readonly calls: Readonly<Record<string, string>>,
    private readonly polls: Readonly<Record<string, string>>,
    private readonly schemas: Record<string, { properties?: object }>,
  ) {}

  static async open(server: TestServer): Promise<PrivacyScene> {
    const entries: [string, Reader][] = [];
    for (const name of PEOPLE) {
      const { id, token } = await person(server, name);
      const device = await Device.connect(server.url, token);
      entries.push([name, { id, rest: restDoor(server.url, token), device }]);
    }
    const people = Object.fromEntries(entries) as Record<PrivacyRole, Reader>;
    const { alice, bob, former, hider, eve } = people;
    const create = async (input: object): Promise<string> =>
      (await data(alice.rest.ask(createConversation, input))).id;
    const members = [bob, former, hider, eve].map(({ id }) => id);
    const group = await create({ type: 'group', title: WORDS.title, memberIds: members });
    const dm = await create({ type: 'dm', memberIds: [eve.id] });
    const say = async (word: string, conversationId = group): Promise<MessageDto> => {
      const content = `${word} words`;
      const file = { name: `${content}.txt`, bytes: Buffer.from(content) };
      const { id: attachmentId } = await data(alice.rest.ask(uploadAttachment, { file }));
      const shown = { type: 'file', content, media: [{ attachmentId }], mentions: [bob.id] };
      return data(alice.rest.ask(sendMessage, { conversationId, ...shown }));
    };
    const messages = {
      deleted: await say(WORDS.before),
      hidden: await say(WORDS.hidden),
      kept: await say(WORDS.kept),
      ofDm: await say(WORDS.kept, dm),
    };
    const polls: Record<string, string> = {};
    for (const [name, word] of Object.entries({
      deleted: WORDS.deleted,
      hidden: WORDS.hidden,
      kept: WORDS.kept,
    })) {
      const words = {
        question: `${word} words?`,
        options: [`${word} words`, 'no'],
        anonymous: name === 'kept',
      };
      const poll = await put({ door: alice.rest }, group, words);
      polls[messages[name as 'kept'].id] = poll.pollId;
      await data(vote({ door: eve.rest }, poll.pollId, poll.options[0]));
      if (name === 'deleted') await data(alice.rest.ask(deleteMessage, { messageId: poll.message.id }));
      if (name === 'hidden') await data(bob.rest.ask(hideMessage, { messageId: poll.message.id }));
    }
    const { pollId, options } = await put({ door: alice.rest }, dm, { question: `${WORDS.kept} words?` });
    await data(vote({ door: eve.rest }, pollId, options[0]));
    polls[messages.ofDm.id] = pollId;
    const about = (message: MessageDto): object => ({ messageId: message.id });
    await data(hider.rest.ask(updateUser, { userId: 'me', settings: { readReceipts: false } }));
    for (const { rest } of [bob, former, hider])
      await data(rest.ask(readConversation, { conversationId: group, seq: 2 }));
    await data(bob.rest.ask(saveMessage, about(messages.deleted)));
    for (const threadRootId of [messages.deleted.id, messages.hidden.id])
      await data(bob.rest.ask(sendMessage, { conversationId: group, content: 'Why', threadRootId }));
    for (const replyToId of [messages.deleted.id, messages.hidden.id])
      await data(eve.rest.ask(sendMessage, { conversationId: group, content: 'Why', replyToId }));
    await data(
      alice.rest.ask(editMessage, { ...about(messages.deleted), content: `${WORDS.deleted} words` }),
    );
    await data(
      alice.rest.ask(editMessage, { ...about(messages.hidden), content: `${WORDS.hidden} words, too` }),
    );
    for (const message of [messages.deleted, messages.hidden, messages.kept]) {
      await data(eve.rest.ask(addReaction, { ...about(message), emoji: '👍' }));
      await data(eve.rest.ask(pinMessage, about(message)));
    }
    await data(bob.rest.ask(hideMessage, about(messages.hidden)));
    await data(former.rest.ask(saveMessage, about(messages.kept)));
    await data(alice.rest.ask(removeMember, { conversationId: group, userId: former.id }));
    await data(alice.rest.ask(deleteMessage, about(messages.deleted)));
    const calls: Record<string, string> = {};
    for (const conversationId of [group, dm]) {
      const call = { conversationId, type: 'voice', deviceId: 'phone' };
      const { id: callId } = await data(alice.rest.ask(startCall, call));
      await data(alice.rest.ask(leaveCall, { callId }));
      calls[conversationId] = callId;
    }
    const quiet = await person(server, 'quiet');
    await data(alice.rest.ask(addMembers, { conversationId: group, userIds: [quiet.id] }));
    const secret = polls[messages.kept.id]!;
    const chosen = (await seen(alice, secret)).options[1]!.id;
    await data(vote({ door: restDoor(server.url, quiet.token) }, secret, chosen));
    const toDo = 'SELECT FROM search_pending UNION ALL SELECT FROM attachments WHERE unlinked_at IS NOT NULL';
    await until(async () => (await query(server.database.ownerUrl, toDo)).length === 0);
    const { components } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      components: { schemas: Record<string, { properties?: object }> };
    };
    return new PrivacyScene(quiet.id, server, people, group, dm, messages, calls, polls, components.schemas);
  }

  /** Every way to ask for it, about each message: over REST, and over the socket where it can. */
  async read(
    operation: Operation,
    who: PrivacyRole,
    conversationId = this.group,
  ): Promise<Answer<unknown>[]> {
    const { rest, device } = this.people[who];
    const doors = operation.socket ? [rest, device] : [rest];
    const inputs = Object.values(this.messages)
      .filter((message) => message.conversationId === conversationId)
      .map((message) => this.inputOf(operation, message));
    const different = [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()];
    const answers: Answer<unknown>[] = [];
    for (const door of doors)
      for (const input of different) answers.push(await door.ask<object, object>(operation, input));
    return answers;
  }

  /** The bodies of the files whose addresses are in an answer. */
  async filesIn(answer: Answer<unknown>): Promise<string> {
    const addresses = JSON.stringify(answer).match(/\/v1\/files\/[\w.~-]+/g) ?? [];
    const bodies = addresses.map(async (path) => (await fetch(`${this.server.url}${path}`)).text());
    return (await Promise.all(bodies)).join();
  }

  async block(isBlocked: boolean): Promise<void> {
    const { alice, eve } = this.people;
    await data(alice.rest.ask(isBlocked ? addBlock : removeBlock, { userId: eve.id }));
  }

  async setActive(who: PrivacyRole, isActive: boolean): Promise<void> {
    const { id } = this.people[who];
    await query(this.server.database.ownerUrl, `UPDATE users SET is_active = ${isActive} WHERE id = '${id}'`);
  }

  close(): void {
    for (const { device } of Object.values(this.people)) device.close();
  }

  /** The fields of the input that it knows; what is optional and means something else stays out. */
  private inputOf({ name, input }: Operation, { id, conversationId, media }: MessageDto): object {
    const files = Object.values(this.messages).map((message) => message.media[0]!.attachmentId);
    const known: Record<string, unknown> = {
      conversationId,
      messageId: id,
      callId: this.calls[conversationId],
      attachmentId: media[0]!.attachmentId,
      ids: name === 'user.list' ? undefined : files.join(),
      pollId: this.polls[id],
      userId: this.people.alice.id,
      conversations: { [conversationId]: 1 },
      watch: [conversationId],
      q: 'words',
    };
    const { properties = {} } = this.schemas[input.name] ?? {};
    return Object.fromEntries(
      Object.entries(known).filter(([field, value]) => field in properties && value !== undefined),
    );
  }
}
