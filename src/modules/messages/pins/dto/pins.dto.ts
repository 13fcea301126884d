import { ApiExtraModels } from '@nestjs/swagger';
import {
  CursorField,
  IdField,
  IntField,
  NestedField,
  TextField,
} from '../../../../kernel/validation/fields.js';
import { UserDto } from '../../../users/dto/user.dto.js';
import { UsersField } from '../../../users/dto/users-field.js';
import { MessageDto } from '../../dto/message.dto.js';

export class ListPinsDto {
  @IdField('Whose pins.')
  conversationId: string;

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

@ApiExtraModels(UserDto)
export class PinPageDto {
  @NestedField('What was pinned last comes first.', () => [MessageDto])
  items: MessageDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}
