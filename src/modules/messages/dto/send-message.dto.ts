import {
  ChoiceField,
  ClientIdField,
  IdField,
  MapField,
  TextField,
} from '../../../kernel/validation/fields.js';

export const MAX_CONTENT = 10_000;

export class SendMessageDto {
  @IdField('Where to.')
  conversationId: string;

  @TextField('The text: something visible, up to 10,000 characters (code points).', {
    max: MAX_CONTENT,
    example: 'Hello Bob',
  })
  content: string;

  @ChoiceField('What it is.', ['text'], { optional: true, default: 'text' })
  type?: 'text';

  @MapField(
    'Small values of your own product: up to 50 keys; each value a text up to 500 characters, a number or a boolean.',
    { optional: true },
  )
  metadata?: Record<string, string | number | boolean>;

  @IdField('The message of this conversation that it replies to.', { optional: true })
  replyToId?: string;

  @ClientIdField()
  clientId?: string;
}
