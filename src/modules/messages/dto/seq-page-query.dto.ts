import { CursorField, IntField } from '../../../kernel/validation/fields.js';

/** Which part of messages that stand in the order of their seq. */
export class SeqPageQueryDto {
  @IntField('Only messages with a smaller seq: the newest of them.', { optional: true, min: 1 })
  before?: number;

  @IntField('Only messages with a greater seq: the oldest of them.', { optional: true })
  after?: number;

  @IntField('The messages on both sides of this seq, and itself. nextCursor goes on to older ones.', {
    optional: true,
    min: 1,
  })
  around?: number;

  @CursorField(
    'The nextCursor of the page before. One of before, after, around and cursor, or none: the newest.',
  )
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}
