import { Transform } from 'class-transformer';
import { CursorField, IdField, IdsField, IntField, TextField } from '../../../kernel/validation/fields.js';

export class ListUsersDto {
  @TextField(
    'The beginning of a username or display name, in any case. Answers the first of them by name: ask for more letters, not for more pages.',
    { optional: true, max: 100 },
  )
  q?: string;

  @IdsField('Just these people: ids, separated by commas.', { optional: true })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.toLowerCase().split(',') : value,
  )
  ids?: string[];

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;

  @CursorField()
  cursor?: string;
}

export class UserIdDto {
  @IdField('The person.')
  userId: string;
}
