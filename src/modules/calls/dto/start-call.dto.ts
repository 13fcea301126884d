import {
  EnumField,
  ClientIdField,
  CursorField,
  DeviceIdField,
  IdField,
  IntField,
} from '../../../kernel/validation/fields.js';
import { CALL_TYPES, type CallType } from '../../messages/dto/call-state.dto.js';

export class StartCallDto {
  @IdField('Where: a DM or a group.')
  conversationId: string;

  @EnumField(
    'With sound alone, or with pictures too. Where there is a call already, its own type counts.',
    CALL_TYPES,
  )
  type: CallType;

  @DeviceIdField()
  deviceId?: string;

  @ClientIdField()
  clientId?: string;
}

export class CallIdDto {
  @IdField('The call.')
  callId: string;
}

export class AcceptCallDto extends CallIdDto {
  @DeviceIdField()
  deviceId?: string;
}

export const CALL_FILTERS = ['missed', 'outgoing', 'incoming', 'live'] as const;
export type CallFilter = (typeof CALL_FILTERS)[number];

export class ListCallsDto {
  @IdField('Only those in this conversation.', { optional: true })
  conversationId?: string;

  @EnumField(
    'Only those that I missed or was too busy for; that I began; that others began; that go on now.',
    CALL_FILTERS,
    { optional: true },
  )
  filter?: CallFilter;

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}
