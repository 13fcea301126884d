import { NestedField } from '../../../kernel/validation/fields.js';
import { DraftDto } from '../../drafts/dto/draft.dto.js';
import { MessageFlagsDto } from '../../messages/flags/dto/message-flags.dto.js';
import { ThreadSubscriptionDto } from '../../messages/threads/dto/thread-subscription.dto.js';
import { ScheduledMessageDto } from '../../scheduled-messages/dto/scheduled-message.dto.js';

/** What is mine alone, beside my side of conversations: what has changed, in the order of my counter `me`. */
export class AccountDataDto {
  @NestedField('Messages that I saved or hid, or no longer.', () => [MessageFlagsDto])
  messageFlags: MessageFlagsDto[];

  @NestedField('Threads that I follow, or no longer, or have read in.', () => [ThreadSubscriptionDto])
  threadSubscriptions: ThreadSubscriptionDto[];

  @NestedField('What I have written and not sent.', () => [DraftDto])
  drafts: DraftDto[];

  @NestedField('What I have written to be sent later.', () => [ScheduledMessageDto])
  scheduledMessages: ScheduledMessageDto[];
}
