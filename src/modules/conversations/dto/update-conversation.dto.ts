import { BooleanField, IdField, IntField, TextField, UrlField } from '../../../kernel/validation/fields.js';
import { ConversationIdDto } from './create-conversation.dto.js';

/** What is left out stays as it is. */
export class UpdateConversationDto extends ConversationIdDto {
  @TextField('The new title; null takes it away, but not from a channel.', { optional: true, nullable: true })
  title?: string | null;

  @TextField('What it is about; null: nothing.', { optional: true, nullable: true, max: 1_000 })
  description?: string | null;

  @UrlField('The address of a picture; null takes it away.', { optional: true, nullable: true })
  avatarUrl?: string | null;

  @BooleanField('Whether a channel is for its members only, or to be listed and joined by everybody.', {
    optional: true,
  })
  isPrivate?: boolean;
}

export class ConversationRemovedDto {
  @IdField('The conversation that I am no longer in, or that is gone.')
  conversationId: string;

  @IntField('The version of the conversation up to which I was in it.', { min: 1 })
  version: number;

  @IntField('Where my counter `me` stands with this.')
  accountVersion: number;
}
