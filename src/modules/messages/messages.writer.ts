import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { AppError, findErrorByCode } from '../../kernel/errors/app-error.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { toMembers } from '../../kernel/realtime/recipient-resolver.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import type { MediaDto } from '../attachments/dto/media.dto.js';
import { MediaService } from '../attachments/media.service.js';
import { MessageDto } from './dto/message.dto.js';
import { MessageBatcher } from './message-batcher.js';
import { MessagesAccess } from './messages.access.js';
import { messageNew } from './messages.contract.js';
import type { NewMessage } from './messages.repository.js';
import { ThreadParticipantsService } from './threads/thread-participants.service.js';

/** Input field of the reference that append_messages did not find, by outcome. */
const REFERENCE_FIELDS: Record<string, string> = {
  reply_not_found: 'replyToId',
  thread_root_not_found: 'threadRootId',
};

/** Appends messages of all types, idempotent by clientId, and publishes them. Shared by sends, forwards, polls and calls. */
@Injectable()
export class MessageWriter {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batcher: MessageBatcher,
    private readonly access: MessagesAccess,
    private readonly media: MediaService,
    private readonly participants: ThreadParticipantsService,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Runs `create`. If it fails, returns the message that the same clientId created in the conversation before, although
   * the conditions of the creation no longer hold.
   */
  async createOnce(
    user: AuthUser,
    key: Pick<NewMessage, 'conversationId' | 'clientId'>,
    create: () => Promise<MessageDto>,
  ): Promise<MessageDto> {
    try {
      return await create();
    } catch (error) {
      const existing = error instanceof AppError ? await this.access.findByClientId(user, key) : null;
      if (!existing) throw error;
      return MessageDto.from(existing);
    }
  }

  /** Appends a message, as part of the unit of work of the caller if there is one. A retry returns the existing message. */
  append(message: NewMessage): Promise<MessageDto> {
    return message.threadRootId
      ? this.unitOfWork.run(() => this.appendMessage(message))
      : this.appendMessage(message);
  }

  /** Appends a message and links its attachments, which keeps them from cleanup. */
  appendWithMedia(message: NewMessage & { media: MediaDto[] }): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const sent = await this.append(message);
      const isNew = sent.id === message.id;
      if (isNew) await this.media.linkMedia(sent.id, sent.conversationId, message.media);
      return sent;
    });
  }

  private async appendMessage(message: NewMessage): Promise<MessageDto> {
    const row = await this.batcher.append(message);
    if (row.outcome === 'duplicate') return MessageDto.from(row);
    const field = REFERENCE_FIELDS[row.outcome];
    if (field) throw validationError([{ field, code: 'not_found' }]);
    if (row.outcome !== 'created') throw (findErrorByCode(row.outcome) ?? notFound)();
    this.publisher.publish(
      messageNew,
      MessageDto.fromShared(row),
      toMembers(row.conversation_id, row.members_version),
    );
    if (row.thread_root_id)
      await this.participants.subscribeParticipants(row, { readsThread: message.markRead });
    return MessageDto.from(row);
  }
}
