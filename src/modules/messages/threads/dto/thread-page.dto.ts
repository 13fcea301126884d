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
import { SeqPageQueryDto } from '../../dto/seq-page-query.dto.js';
import { ThreadSubscriptionDto } from './thread-subscription.dto.js';

export class GetThreadDto extends SeqPageQueryDto {
  @IdField('The message under which it is.')
  messageId: string;
}

@ApiExtraModels(UserDto)
export class ThreadPageDto {
  @NestedField('The message under which it is.', () => MessageDto)
  root: MessageDto;

  @NestedField('My own side of it, whether I follow it or not.', () => ThreadSubscriptionDto)
  subscription: ThreadSubscriptionDto;

  @NestedField('Replies, oldest first.', () => [MessageDto])
  items: MessageDto[];

  @TextField('Goes on in the direction that was asked; null: nothing more there.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}

export class ListThreadsDto {
  @EnumField('Which of those that I follow: all, or where I have not read everything.', ['all', 'unread'], {
    optional: true,
    default: 'all',
  })
  filter?: 'all' | 'unread' = 'all';

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

export class ThreadDto {
  @NestedField('The message under which it is.', () => MessageDto)
  root: MessageDto;

  @NestedField('The newest reply, deleted or not; null: nobody has replied.', () => MessageDto, {
    nullable: true,
  })
  lastReply: MessageDto | null;

  @NestedField('My own side of it.', () => ThreadSubscriptionDto)
  subscription: ThreadSubscriptionDto;
}

@ApiExtraModels(UserDto)
export class ThreadListDto {
  @NestedField('The newest reply first.', () => [ThreadDto])
  items: ThreadDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}
