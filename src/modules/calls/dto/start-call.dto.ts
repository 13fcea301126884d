import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { EnumField, ClientIdField, DeviceIdField, IdField } from '../../../kernel/validation/fields.js';
import { CALL_TYPES, type CallType } from '../../messages/dto/call-state.dto.js';

/** New call. */
export class StartCallDto {
  @IdField('Id of a DM or a group.')
  conversationId: string;

  @EnumField('voice or video. Ignored when the conversation has a live call.', CALL_TYPES)
  type: CallType;

  @DeviceIdField()
  deviceId?: string;

  @ClientIdField()
  clientId?: string;
}

/** Reference to a call. */
export class CallIdDto {
  @IdField('Id of the call.')
  callId: string;
}

/** Answer to a call. */
export class AcceptCallDto extends CallIdDto {
  @DeviceIdField()
  deviceId?: string;
}

export const CALL_FILTERS = ['missed', 'outgoing', 'incoming', 'live'] as const;
export type CallFilter = (typeof CALL_FILTERS)[number];

/** Query for calls. */
export class ListCallsDto extends PageQueryDto {
  @IdField('Only calls of this conversation.', { optional: true })
  conversationId?: string;

  @EnumField(
    'missed: missed or busy; outgoing: started by the user; incoming: started by other users; live: not ended.',
    CALL_FILTERS,
    { optional: true },
  )
  filter?: CallFilter;
}
