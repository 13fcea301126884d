import { ApiExtraModels } from '@nestjs/swagger';
import {
  EnumField,
  CursorField,
  IdField,
  IntField,
  NestedField,
  TextField,
} from '../../../../kernel/validation/fields.js';
import { UserDto } from '../../../users/dto/user.dto.js';
import { UsersField } from '../../../users/dto/users-field.js';
import { MessageDto } from '../../dto/message.dto.js';

export const SHOWING_TYPES = ['image', 'video', 'voice', 'file'] as const;

export class ListMediaDto {
  @IdField('Whose media.')
  conversationId: string;

  @EnumField('Only messages of this type; left out: all that show something.', SHOWING_TYPES, {
    optional: true,
  })
  type?: (typeof SHOWING_TYPES)[number];

  @CursorField()
  cursor?: string;

  @IntField('How many messages at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

@ApiExtraModels(UserDto)
export class MediaPageDto {
  @NestedField('Newest first.', () => [MessageDto])
  items: MessageDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}
