import {
  CursorField,
  BooleanField,
  IntField,
  NestedField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { ConversationStateDto, type ConversationStateRow } from './conversation.dto.js';
import type { FeatureLimits } from './features.dto.js';

export class ListChannelsDto {
  @TextField('The beginning of a title, in any case.', { optional: true, max: 100 })
  q?: string;

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

export type ChannelRow = ConversationStateRow & { joined: boolean };

/** A public channel, as everybody may see it. */
export class ChannelDto extends ConversationStateDto {
  @BooleanField('Whether I am in it.')
  joined: boolean;

  static override from(row: ChannelRow, limits: FeatureLimits): ChannelDto {
    return { ...ConversationStateDto.from(row, limits), joined: row.joined };
  }
}

export class ChannelPageDto {
  @NestedField('By title.', () => [ChannelDto])
  items: ChannelDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;
}
