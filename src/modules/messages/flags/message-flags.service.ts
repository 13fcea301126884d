import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import type { Event } from '../../../kernel/realtime/contract.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import { AccountVersionService } from '../../users/account-version.service.js';
import { MessageFlagsDto, type MessageFlagsRow } from '../dto/message-flags.dto.js';
import type { MessageIdDto, MessageRow } from '../dto/message.dto.js';
import { MessagesAccess } from '../messages.access.js';
import { alreadyDeleted } from '../messages.errors.js';
import { HiddenMessagesService } from './hidden-messages.service.js';
import { messageHidden, messageSaved } from './message-flags.contract.js';
import { MessageFlagsRepository } from './message-flags.repository.js';

type Flags = Pick<MessageFlagsRow, 'saved_at' | 'hidden_at'>;

/** Flags of messages for one user: saved and hidden. */
@Injectable()
export class MessageFlagsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly flags: MessageFlagsRepository,
    private readonly access: MessagesAccess,
    private readonly accountVersions: AccountVersionService,
    private readonly hiddenMessages: HiddenMessagesService,
    private readonly publisher: Publisher,
  ) {}

  saveMessage(user: AuthUser, input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.updateFlags(user, input, messageSaved, (before, message) => {
      if (message.is_hidden) throw notFound();
      if (message.deleted_at) throw alreadyDeleted();
      return { ...before, saved_at: before.saved_at ?? new Date() };
    });
  }

  unsaveMessage(user: AuthUser, input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.updateFlags(user, input, messageSaved, (before) => ({ ...before, saved_at: null }));
  }

  hideMessage(user: AuthUser, input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.updateFlags(user, input, messageHidden, (before) => ({
      saved_at: null,
      hidden_at: before.hidden_at ?? new Date(),
    }));
  }

  /** Flags changed after an account version, in the order of their versions. */
  async listAccountChanges(userId: string, version: number, limit: number): Promise<MessageFlagsDto[]> {
    const rows = await this.flags.findChangedAfter(userId, version, limit);
    return rows.map((row) => MessageFlagsDto.from(row));
  }

  private updateFlags(
    user: AuthUser,
    { messageId }: MessageIdDto,
    event: Event<MessageFlagsDto>,
    flagsAfter: (before: Flags, message: MessageRow) => Flags,
  ): Promise<MessageFlagsDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const accountVersion = await this.accountVersions.lockUser(userId);
      const message = await this.access.requireReader(user, messageId);
      const { conversation_id, seq } = message;
      const noFlags = { message_id: messageId, conversation_id, seq, saved_at: null, hidden_at: null };
      const before = (await this.flags.findFlags(userId, messageId)) ?? {
        ...noFlags,
        version: accountVersion,
      };
      const flags = flagsAfter(before, message);
      if (isSame(flags, before)) return MessageFlagsDto.from(before);
      const after = { ...before, ...flags, version: await this.accountVersions.increment(userId) };
      await this.flags.upsertFlags(userId, after);
      const updated = MessageFlagsDto.from(after);
      this.publisher.publish(event, updated, toUsers(userId));
      if (flags.hidden_at && !before.hidden_at) await this.hiddenMessages.publishUnread(userId, message);
      return updated;
    });
  }
}

function isSame(first: Flags, second: Flags): boolean {
  return (
    first.saved_at?.getTime() === second.saved_at?.getTime() &&
    first.hidden_at?.getTime() === second.hidden_at?.getTime()
  );
}
