import { NestedField } from '../../../kernel/validation/fields.js';
import { DraftDto } from '../../drafts/dto/draft.dto.js';
import { MessageFlagsDto } from '../../messages/dto/message-flags.dto.js';
import { ThreadSubscriptionDto } from '../../messages/dto/threads.dto.js';
import { ScheduledMessageDto } from '../../scheduled-messages/dto/scheduled-message.dto.js';

/** Changed private data of the current user, each list in the order of account versions. */
export class AccountDataDto {
  @NestedField('Message flags that were set or cleared.', () => [MessageFlagsDto])
  messageFlags: MessageFlagsDto[];

  @NestedField('Thread subscriptions that were begun, ended or read.', () => [ThreadSubscriptionDto])
  threadSubscriptions: ThreadSubscriptionDto[];

  @NestedField('Drafts that were saved or removed.', () => [DraftDto])
  drafts: DraftDto[];

  @NestedField('Scheduled messages that were created, changed or ended.', () => [ScheduledMessageDto])
  scheduledMessages: ScheduledMessageDto[];
}
