import {
  acceptCall,
  declineCall,
  endCall,
  getCall,
  leaveCall,
  startCall,
} from '../../../src/modules/calls/calls.contract.js';
import type { CallDto } from '../../../src/modules/calls/dto/call.dto.js';
import { retryUnavailable } from '../clients/retry-unavailable.js';
import type { Answer, Device, Transport } from '../clients/transports.js';

/** User that calls with one device. */
export interface CallDevice {
  id: string;
  transport: Transport;
  device: Device;
}

/** Over REST the device id is stated; over a socket it is the same device. */
export const deviceIdOf = ({ device }: Pick<CallDevice, 'device'>): string => device.socket.id!;

export const start = (
  phone: CallDevice,
  conversationId: string,
  more: object = {},
): Promise<Answer<CallDto>> =>
  retryUnavailable(() =>
    phone.transport.request(startCall, {
      conversationId,
      type: 'voice',
      deviceId: deviceIdOf(phone),
      ...more,
    }),
  );

export const accept = (
  phone: CallDevice,
  { id: callId }: CallDto,
  more: object = {},
): Promise<Answer<CallDto>> =>
  retryUnavailable(() =>
    phone.transport.request(acceptCall, { callId, deviceId: deviceIdOf(phone), ...more }),
  );

export const decline = (
  { transport }: Pick<CallDevice, 'transport'>,
  { id: callId }: CallDto,
): Promise<Answer<CallDto>> => retryUnavailable(() => transport.request(declineCall, { callId }));

export const leave = (
  { transport }: Pick<CallDevice, 'transport'>,
  { id: callId }: CallDto,
): Promise<Answer<CallDto>> => retryUnavailable(() => transport.request(leaveCall, { callId }));

export const end = (
  { transport }: Pick<CallDevice, 'transport'>,
  { id: callId }: CallDto,
): Promise<Answer<CallDto>> => retryUnavailable(() => transport.request(endCall, { callId }));

export const read = (
  { rest }: { rest: Transport },
  { id: callId }: Pick<CallDto, 'id'>,
): Promise<Answer<CallDto>> => rest.request(getCall, { callId });

/** State of each participant by user id. */
export function participantStates({ participants }: Pick<CallDto, 'participants'>): Record<string, string> {
  return Object.fromEntries(participants.map(({ userId, state }) => [userId, state]));
}

/** Call as stored in the payload of its message. */
export function toCallPayload({ conversationId: _where, messageId: _message, ...state }: CallDto): object {
  return state;
}
