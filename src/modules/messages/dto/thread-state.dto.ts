import { IntField } from '../../../kernel/validation/fields.js';

/** The thread under a message. It follows the events of its replies. */
export class ThreadStateDto {
  @IntField('How many replies it has, without deleted ones.')
  replyCount: number;

  @IntField('The seq of its newest reply, deleted or not.', { min: 1 })
  lastReplySeq: number;
}
