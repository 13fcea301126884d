import { Decoder, Encoder, PacketType } from 'socket.io-parser';
import { exceedsJsonLimits } from '../validation/json-limits.js';

/** Stands in for the arguments of a command whose JSON was too large or too deep. */
export const OVER_LIMIT = Symbol('over limit');

/** The JSON parser of Socket.IO with the limits of the kernel; no command takes binary data. */
class GuardedDecoder extends Decoder {
  override add(packet: unknown): void {
    if (typeof packet !== 'string') throw new Error('binary data');
    const type = Number(packet.charAt(0)) as PacketType;
    if (type === PacketType.BINARY_EVENT || type === PacketType.BINARY_ACK) throw new Error('binary data');
    if (!exceedsJsonLimits(packet)) super.add(packet);
    else this.emitReserved('decoded', overLimit(this.decodeHead(packet)));
  }

  /** Reading the JSON is safe, whatever its depth: V8 does not recurse. What it holds is thrown away. */
  private decodeHead(packet: string): Packet {
    return (this as unknown as { decodeString(packet: string): Packet }).decodeString(packet);
  }
}

interface Packet {
  type: PacketType;
  nsp: string;
  id?: number;
  data?: unknown;
}

function overLimit(packet: Packet): Packet {
  const isEvent = packet.type === PacketType.EVENT && Array.isArray(packet.data);
  if (!isEvent) throw new Error('too large');
  return { ...packet, data: [(packet.data as unknown[])[0], OVER_LIMIT] };
}

export const guardedParser = { Encoder, Decoder: GuardedDecoder };
