import { uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import { addBlock, removeBlock } from '../../../src/modules/blocks/blocks.contract.js';
import {
  createConversation,
  updateConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import {
  markConversationDelivered,
  markConversationRead,
  markConversationUnread,
  updateMembership,
} from '../../../src/modules/conversations/memberships/memberships.contract.js';
import {
  addMembers,
  joinConversation,
  removeMember,
  updateMember,
} from '../../../src/modules/conversations/members/members.contract.js';
import { removeDraft, saveDraft } from '../../../src/modules/drafts/drafts.contract.js';
import { clearUnread } from '../../../src/modules/inbox/inbox.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import {
  hideMessage,
  saveMessage,
  unsaveMessage,
} from '../../../src/modules/messages/flags/message-flags.contract.js';
import { pinMessage, unpinMessage } from '../../../src/modules/messages/pins/pins.contract.js';
import type { PollStateDto } from '../../../src/modules/messages/dto/poll-state.dto.js';
import { closePoll, createPoll, votePoll } from '../../../src/modules/polls/polls.contract.js';
import { addReaction, removeReaction } from '../../../src/modules/messages/reactions/reactions.contract.js';
import {
  followThread,
  readThread,
  unfollowThread,
} from '../../../src/modules/messages/threads/threads.contract.js';
import type { Operation } from '../../../src/kernel/realtime/contract.js';
import {
  cancelScheduledMessage,
  scheduleMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { updateUser } from '../../../src/modules/users/users.contract.js';
import type { Answer } from '../clients/transports.js';
import { createTextFile } from '../uploads/sample-files.js';
import { randomCallActions } from './random-calls.js';
import type { Random } from '../environment/random.js';
import type { ActionContext, ConnectedUser } from './event-sufficiency.js';

const MAX_ATTEMPTS = 5_000;
const NEXT_YEAR = new Date(Date.now() + 300 * 24 * 60 * 60 * 1_000).toISOString();

type Kind = (by: ConnectedUser, conversationId: string, other: ConnectedUser) => Promise<Answer<unknown>>;

/** Random changes of every kind by every user in every conversation. Rejected changes do not count. */
export class RandomChanges {
  private readonly conversations: string[];
  private readonly messages: MessageDto[];
  private readonly polls: PollStateDto[] = [];
  private readonly scheduled: [by: ConnectedUser, id: string][] = [];
  private number = 0;

  constructor(
    private readonly context: ActionContext,
    private readonly random: Random,
  ) {
    this.conversations = [context.group, context.dm, context.channel];
    this.messages = [context.question];
  }

  private readonly kinds: Record<string, Kind> = {
    ...randomCallActions(this.random),
    send: (by, conversationId) => this.send(by, { conversationId }),
    'send and read': (by, conversationId) => this.send(by, { conversationId, markRead: true }),
    show: async (by, conversationId) => {
      const uploaded = await by.transport.request(uploadAttachment, {
        file: createTextFile(`File ${this.number}`),
      });
      if (!uploaded.ok) return uploaded;
      const media = [{ attachmentId: uploaded.data.id }];
      return this.send(by, { conversationId, type: 'file', media });
    },
    reply: (by) => {
      const { id, conversationId } = pick(this.random, this.messages);
      return this.send(by, { conversationId, replyToId: id });
    },
    edit: (by) => this.change(by, editMessage, { content: `Edited ${this.number}` }),
    'edit mentions': (by, _conversationId, other) =>
      this.change(by, editMessage, {
        content: `Edited ${this.number}`,
        mentions: this.random() < 0.5 ? [other.id] : [],
      }),
    delete: (by) => this.change(by, deleteMessage, {}),
    thread: (by, _conversationId, other) => this.replyInThread(by, { mentions: [other.id] }),
    'a reply in a thread': (by) => this.replyInThread(by, {}),
    'a mention of all in a thread': (by) => this.replyInThread(by, { mentionsAll: true }),
    'a reply that reads its thread': (by) => this.replyInThread(by, { markRead: true }),
    follow: (by) => this.anyMessage(by, followThread),
    unfollow: (by) => this.anyMessage(by, unfollowThread),
    'read a thread': (by) => this.anyMessage(by, readThread, { seq: this.place() * 3 }),
    save: (by) => this.anyMessage(by, saveMessage),
    unsave: (by) => this.anyMessage(by, unsaveMessage),
    hide: (by) => this.anyMessage(by, hideMessage),
    draft: (by, conversationId) =>
      by.transport.request(saveDraft, { conversationId, content: `Draft ${this.number}` }),
    'no draft': (by, conversationId) => by.transport.request(removeDraft, { conversationId }),
    schedule: async (by, conversationId) => {
      const input = { conversationId, content: `Scheduled ${this.number}`, sendAt: NEXT_YEAR };
      const answer = await by.transport.request(scheduleMessage, input);
      if (answer.ok) this.scheduled.push([by, answer.data.id]);
      return answer;
    },
    reschedule: () => this.changeScheduled(updateScheduledMessage, { content: `Otherwise ${this.number}` }),
    'cancel scheduled': () => this.changeScheduled(cancelScheduledMessage),
    'send scheduled': () => this.changeScheduled(sendScheduledMessage),
    react: (by) => this.anyMessage(by, addReaction, { emoji: this.emoji() }),
    unreact: (by) => this.anyMessage(by, removeReaction, { emoji: this.emoji() }),
    'pin message': (by) => this.anyMessage(by, pinMessage),
    'unpin message': (by) => this.anyMessage(by, unpinMessage),
    request: async (by, conversationId) => {
      const input = {
        question: `Which ${this.number}?`,
        options: ['one', 'other', 'any'],
        ...this.randomSelector(),
      };
      const answer = this.known(await by.transport.request(createPoll, { conversationId, ...input }));
      if (answer.ok) this.polls.push(answer.data.poll!);
      return answer;
    },
    vote: (by) =>
      this.ofPoll(by, votePoll, ({ options }) => ({ optionIds: [pick(this.random, options).id] })),
    'withdraw a vote': (by) => this.ofPoll(by, votePoll, () => ({ optionIds: [] })),
    'close a poll': (by) => this.ofPoll(by, closePoll),
    forward: async (by, conversationId) => {
      const { id: messageId } = pick(this.random, this.messages);
      return this.known(await by.transport.request(forwardMessage, { messageId, conversationId }));
    },
    create: async (by, _conversationId, other) => {
      const answer = await by.transport.request(createConversation, { type: 'group', memberIds: [other.id] });
      if (answer.ok) this.conversations.push(answer.data.id);
      return answer;
    },
    title: (by, conversationId) =>
      by.transport.request(updateConversation, { conversationId, title: `Title ${this.number}` }),
    add: (by, conversationId, other) =>
      by.transport.request(addMembers, { conversationId, userIds: [other.id] }),
    remove: (by, conversationId, other) =>
      by.transport.request(removeMember, { conversationId, userId: other.id }),
    leave: (by, conversationId) => by.transport.request(removeMember, { conversationId, userId: 'me' }),
    join: (by, conversationId) => by.transport.request(joinConversation, { conversationId }),
    role: (by, conversationId, other) =>
      by.transport.request(updateMember, {
        conversationId,
        userId: other.id,
        role: pick(this.random, ['admin', 'member', 'owner']),
      }),
    read: (by, conversationId) =>
      by.transport.request(markConversationRead, { conversationId, seq: this.place() }),
    delivered: (by, conversationId) =>
      by.transport.request(markConversationDelivered, { conversationId, seq: this.place() }),
    unread: (by, conversationId) =>
      by.transport.request(markConversationUnread, { conversationId, seq: this.place() }),
    clear: (by) => by.transport.request(clearUnread, {}),
    pin: (by, conversationId) =>
      by.transport.request(updateMembership, {
        conversationId,
        pinned: this.random() < 0.5,
        archived: this.random() < 0.5,
      }),
    block: (by, _conversationId, other) => by.transport.request(addBlock, { userId: other.id }),
    unblock: (by, _conversationId, other) => by.transport.request(removeBlock, { userId: other.id }),
    settings: (by) =>
      by.transport.request(updateUser, { userId: 'me', settings: { readReceipts: this.random() < 0.5 } }),
    name: (by) => by.transport.request(updateUser, { userId: 'me', displayName: `Name ${this.number}` }),
  };

  /** Performs the given number of changes, with at least one of each kind except the excluded ones. */
  async perform(count: number, { without = [] }: { without?: string[] } = {}): Promise<void> {
    const { alice, bob, carol } = this.context;
    const names = Object.keys(this.kinds).filter((kind) => !without.includes(kind));
    const missing = new Set(names);
    for (let made = 0; made < count || missing.size > 0;) {
      if (++this.number > MAX_ATTEMPTS) throw new Error(`Never performed: ${[...missing].join()}`);
      const by = pick(this.random, [alice, bob, carol]);
      const others = [alice, bob, carol].filter((each) => each !== by);
      // Half of the attempts are kinds still missing, which may need a rare state.
      const name = pick(this.random, missing.size > 0 && this.random() < 0.5 ? [...missing] : names);
      const answer = await this.kinds[name]!(
        by,
        pick(this.random, this.conversations),
        pick(this.random, others),
      );
      if (!answer.ok && answer.error.status >= 500) throw new Error(`${name}: ${answer.error.code}`);
      if (!answer.ok) continue;
      missing.delete(name);
      made++;
    }
  }

  private async send(by: ConnectedUser, input: object): Promise<Answer<MessageDto>> {
    const answer = await by.transport.request(sendMessage, { content: `Number ${this.number}`, ...input });
    return this.known(answer);
  }

  private known(answer: Answer<MessageDto>): Answer<MessageDto> {
    if (answer.ok) this.messages.push(answer.data);
    return answer;
  }

  /** Changes an own message if there is one, otherwise a message of another user. */
  private change(
    by: ConnectedUser,
    operation: typeof editMessage | typeof deleteMessage,
    input: object,
  ): Promise<Answer<unknown>> {
    const own = this.messages.filter(({ senderId }) => senderId === by.id);
    const { id } = pick(this.random, own.length > 0 ? own : this.messages);
    return by.transport.request<object, object>(operation, { messageId: id, ...input });
  }

  private anyMessage(by: ConnectedUser, operation: Operation, input: object = {}): Promise<Answer<unknown>> {
    return by.transport.request(operation, { messageId: pick(this.random, this.messages).id, ...input });
  }

  private randomSelector(): object {
    return {
      multipleChoice: this.random() < 0.5,
      anonymous: this.random() < 0.5,
      resultsVisibility: pick(this.random, ['live', 'closed']),
    };
  }

  private async ofPoll<Input extends object>(
    by: ConnectedUser,
    operation: Operation<Input>,
    inputOf: (poll: PollStateDto) => object = () => ({}),
  ): Promise<Answer<unknown>> {
    if (this.polls.length === 0) return this.kinds.request!(by, this.context.group, by);
    const poll = pick(this.random, this.polls);
    return by.transport.request<object, object>(operation, { pollId: poll.id, ...inputOf(poll) });
  }

  private emoji(): string {
    return pick(this.random, ['👍', '❤', '❤️', '🎉']);
  }

  /** Mostly in an existing thread. */
  private replyInThread(by: ConnectedUser, input: object): Promise<Answer<MessageDto>> {
    const replies = this.messages.filter(({ threadRootId }) => threadRootId !== null);
    const { id, conversationId, threadRootId } = pick(
      this.random,
      replies.length > 0 && this.random() < 0.7 ? replies : this.messages,
    );
    return this.send(by, { conversationId, threadRootId: threadRootId ?? id, ...input });
  }

  private async changeScheduled<Input extends object>(
    operation: Operation<Input>,
    input: object = {},
  ): Promise<Answer<unknown>> {
    const one = this.scheduled.length > 0 ? pick(this.random, this.scheduled) : undefined;
    const [by, scheduledMessageId] = one ?? [this.context.alice, this.context.question.id];
    return by.transport.request(operation, { scheduledMessageId, ...input });
  }

  private place(): number {
    return 1 + Math.floor(this.random() * 20);
  }
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!;
}
