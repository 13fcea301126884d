import { NestedField } from '../../../kernel/validation/fields.js';
import { DraftDto } from '../../drafts/dto/draft.dto.js';
import { MyMessageDto } from '../../messages/mine/dto/my-message.dto.js';
import { MyThreadDto } from '../../messages/threads/dto/my-thread.dto.js';
import { ScheduledMessageDto } from '../../scheduled/dto/scheduled-message.dto.js';

/** What is mine alone, beside my side of conversations: what has changed, in the order of my counter `me`. */
export class MineDto {
  @NestedField('Messages that I saved or hid, or no longer.', () => [MyMessageDto])
  messages: MyMessageDto[];

  @NestedField('Threads that I follow, or no longer, or have read in.', () => [MyThreadDto])
  threads: MyThreadDto[];

  @NestedField('What I have written and not sent.', () => [DraftDto])
  drafts: DraftDto[];

  @NestedField('What I have written to be sent later.', () => [ScheduledMessageDto])
  scheduled: ScheduledMessageDto[];
}
