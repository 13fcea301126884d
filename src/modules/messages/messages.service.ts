import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { v7 as newId } from 'uuid';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound, unauthenticated, validationFailed } from '../../kernel/errors/base.errors.js';
import { AppError, type DefinedError } from '../../kernel/errors/app-error.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { toMembers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { countCodePoints } from '../../kernel/validation/rules.js';
import type { MediaDto, MediaInputDto } from '../attachments/dto/media.dto.js';
import { MediaService } from '../attachments/media.service.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import { MessageMutationsService } from './message-mutations.service.js';
import type { EditMessageDto, MessageIdDto } from './dto/change-message.dto.js';
import { MessageDto } from './dto/message.dto.js';
import type { SendMessageDto } from './dto/send-message.dto.js';
import { EditsService } from './edits/edits.service.js';
import { MentionsService } from './mentions/mentions.service.js';
import { MessagesAccess } from './messages.access.js';
import { messageNew } from './messages.contract.js';
import { alreadyDeleted, notDeletable, notEditable } from './messages.errors.js';
import { MessagesRepository, type NewMessage } from './messages.repository.js';
import { MessageBatcher } from './message-batcher.js';
import { ThreadSubscriptionsService } from './threads/thread-subscriptions.service.js';

/** What append_messages may answer instead of a message. */
const REFUSALS: Record<string, DefinedError> = Object.fromEntries(
  [notFound, unauthenticated, blockedByYou, unavailable, clientIdReused].map((error) => [error.code, error]),
);
/** What it may not find, and the field that named it. */
const NOT_FOUND: Record<string, string> = {
  reply_not_found: 'replyToId',
  thread_root_not_found: 'threadRootId',
};
type InConversation = Pick<SendMessageDto, 'conversationId'>;

const EDITABLE = new Set(['text', 'image', 'video', 'voice', 'file']);

/** The life of a message: sent, edited, deleted. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly messages: MessagesRepository,
    private readonly lane: MessageBatcher,
    private readonly changing: MessageMutationsService,
    private readonly mentions: MentionsService,
    private readonly edits: EditsService,
    private readonly media: MediaService,
    private readonly follows: ThreadSubscriptionsService,
    private readonly readers: MessagesAccess,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  async send(user: AuthUser, { type = 'text', media: asked, ...input }: SendMessageDto): Promise<MessageDto> {
    this.requireLength(input.content ?? '');
    requireBody(type, input.content, asked);
    const message = { id: newId(), senderId: user.userId, type, ...input };
    try {
      const mentioned = { ...message, ...(await this.mentions.allowed(user, input.conversationId, input)) };
      if (!asked) return await this.append(mentioned);
      return await this.appendWithMedia({
        ...mentioned,
        media: await this.media.resolveMedia(user, type, asked),
      });
    } catch (refusal) {
      const first = refusal instanceof AppError ? await this.findByClientId(user, message) : null;
      if (!first) throw refusal;
      return first;
    }
  }

  /** What the same clientId made there: a retry gets it, whatever has changed since (D2). */
  async findByClientId(
    user: AuthUser,
    { conversationId, clientId }: Pick<NewMessage, 'conversationId' | 'clientId'>,
  ): Promise<MessageDto | null> {
    const first = clientId ? await this.messages.findByClientId(user.userId, clientId) : null;
    if (first?.conversation_id !== conversationId) return null;
    await this.access.requireMember(user, conversationId);
    return MessageDto.from(first);
  }

  /** What can be said of a message before it is sent: that its sender could send it now. */
  async validateSendable(user: AuthUser, message: Partial<SendMessageDto> & InConversation): Promise<void> {
    const { conversationId, content, mentionsAll, replyToId, threadRootId } = message;
    if (content !== undefined) this.requireLength(content);
    if (mentionsAll) await this.access.authorize(user, conversationId, 'message.mention_all');
    await this.requireReferences(conversationId, { replyToId, threadRootId });
  }

  /** What a message would refer to is in its conversation. */
  async requireReferences(
    conversationId: string,
    { replyToId, threadRootId }: { replyToId?: string | null; threadRootId?: string | null },
  ): Promise<void> {
    if (replyToId && !(await this.messages.has(conversationId, replyToId)))
      throw validationError([{ field: 'replyToId', code: 'not_found' }]);
    if (threadRootId && !(await this.messages.has(conversationId, threadRootId, { asRoot: true })))
      throw validationError([{ field: 'threadRootId', code: 'not_found' }]);
  }

  /** Appends a message of any type: alone, or inside the unit of work of whoever needs it to be one with their own rows. */
  append(message: NewMessage): Promise<MessageDto> {
    return message.threadRootId
      ? this.unitOfWork.run(() => this.appendOne(message))
      : this.appendOne(message);
  }

  /** Appends a message that shows something, and notes down what: as long as it does, that stays. */
  appendWithMedia(message: NewMessage & { media: MediaDto[] }): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const sent = await this.append(message);
      const isNew = sent.id === message.id;
      if (isNew) await this.media.linkMedia(sent.id, sent.conversationId, message.media);
      return sent;
    });
  }

  async get(user: AuthUser, { messageId }: MessageIdDto): Promise<MessageDto> {
    return MessageDto.from(await this.readers.requireReader(user, messageId));
  }

  edit(user: AuthUser, { messageId, content, ...wanted }: EditMessageDto): Promise<MessageDto> {
    this.requireLength(content);
    return this.unitOfWork.run(async () => {
      const message = await this.changing.lockOwnMessage(user, messageId, 'message.edit');
      if (message.deleted_at) throw alreadyDeleted();
      if (!EDITABLE.has(message.type)) throw notEditable();
      const before = { mentions: message.mentions ?? [], mentionsAll: message.mentions_all };
      const { mentions = before.mentions, mentionsAll = before.mentionsAll } = await this.mentions.allowed(
        user,
        message.conversation_id,
        wanted,
      );
      const isSame = mentionsAll === before.mentionsAll && mentions.join() === before.mentions.join();
      if (message.content === content && isSame) return MessageDto.from(message);
      if (!isSame) await this.mentions.replace(message, mentions);
      if (message.content !== content) await this.edits.keepRevision(message);
      const edited = await this.messages.edit(message, { content, mentions, mentionsAll });
      const updated = this.changing.publishUpdated(user, edited);
      if (!isSame) await this.follows.begin(edited);
      return updated;
    });
  }

  delete(user: AuthUser, { messageId }: MessageIdDto): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const message = await this.changing.lockOwnMessage(user, messageId, 'message.delete');
      if (message.deleted_at) return MessageDto.from(message);
      if (message.type === 'call') throw notDeletable(); // it is the record of what happened, and may still ring
      if (message.media) this.media.requestCleanup();
      return this.changing.publishDeleted(await this.messages.softDelete(message));
    });
  }

  private async appendOne(message: NewMessage): Promise<MessageDto> {
    const row = await this.lane.append(message);
    if (row.outcome === 'duplicate') return MessageDto.from(row);
    const field = NOT_FOUND[row.outcome];
    if (field) throw validationError([{ field, code: 'not_found' }]);
    if (row.outcome !== 'created') throw (REFUSALS[row.outcome] ?? notFound)();
    const sent = MessageDto.from(row);
    this.publisher.publish(messageNew, sent, toMembers(row.conversation_id, row.members_version));
    if (row.thread_root_id) await this.follows.begin(row);
    return sent;
  }

  private requireLength(content: string): void {
    if (countCodePoints(content) > this.config.maxMessageLength) {
      throw validationFailed(undefined, { errors: [{ field: 'content', code: 'too_long' }] });
    }
  }
}

/** Text says something, everything else shows something. */
function requireBody(type: string, content: string | undefined, media: MediaInputDto[] | undefined): void {
  if (type !== 'text' && !media) throw validationError([{ field: 'media', code: 'required' }]);
  if (type !== 'text') return;
  if (media) throw validationError([{ field: 'media', code: 'not_allowed_for_type' }]);
  if (content === undefined) throw validationError([{ field: 'content', code: 'required' }]);
}
