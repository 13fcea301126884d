import { BooleanField, DateTimeField } from '../../../kernel/validation/fields.js';
import { ConversationIdDto } from './create-conversation.dto.js';

/** What is left out stays as it is. */
export class UpdateMembershipDto extends ConversationIdDto {
  @DateTimeField(
    'No notifications until then; null: mute no more. Messages still come, and count as unread.',
    {
      optional: true,
      nullable: true,
    },
  )
  mutedUntil?: string | null;

  @BooleanField('Whether I want it at the top of my list.', { optional: true })
  pinned?: boolean;

  @BooleanField('Whether I have put it away. It stays so until I take it back.', { optional: true })
  archived?: boolean;
}
