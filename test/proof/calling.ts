import {
  acceptCall,
  declineCall,
  endCall,
  getCall,
  leaveCall,
  startCall,
} from '../../src/modules/calls/calls.contract.js';
import type { CallDto } from '../../src/modules/calls/dto/call.dto.js';
import type { Answer, Device, Door } from '../setup/doors.js';

/** Somebody who calls with one device. */
export interface Phone {
  id: string;
  door: Door;
  device: Device;
}

/** Over REST nobody knows the device unless it is said; over a socket it is the same one. */
export const deviceIdOf = ({ device }: Pick<Phone, 'device'>): string => device.socket.id!;

export const start = (phone: Phone, conversationId: string, more: object = {}): Promise<Answer<CallDto>> =>
  phone.door.ask(startCall, { conversationId, type: 'voice', deviceId: deviceIdOf(phone), ...more });

export const accept = (phone: Phone, { id: callId }: CallDto, more: object = {}): Promise<Answer<CallDto>> =>
  phone.door.ask(acceptCall, { callId, deviceId: deviceIdOf(phone), ...more });

export const decline = ({ door }: Pick<Phone, 'door'>, { id: callId }: CallDto): Promise<Answer<CallDto>> =>
  door.ask(declineCall, { callId });

export const leave = ({ door }: Pick<Phone, 'door'>, { id: callId }: CallDto): Promise<Answer<CallDto>> =>
  door.ask(leaveCall, { callId });

export const end = ({ door }: Pick<Phone, 'door'>, { id: callId }: CallDto): Promise<Answer<CallDto>> =>
  door.ask(endCall, { callId });

export const read = (
  { rest }: { rest: Door },
  { id: callId }: Pick<CallDto, 'id'>,
): Promise<Answer<CallDto>> => rest.ask(getCall, { callId });

/** Who is what in it, by id. */
export function statesIn({ participants }: Pick<CallDto, 'participants'>): Record<string, string> {
  return Object.fromEntries(participants.map(({ userId, state }) => [userId, state]));
}

/** What its message keeps of a call. */
export function stateOf({ conversationId: _where, messageId: _message, ...state }: CallDto): object {
  return state;
}
