import { Decoder, Encoder, PacketType } from 'socket.io-parser';
import { exceedsJsonLimits } from '../validation/json-limits.js';

/** Replaces the arguments of a command that exceeds the JSON limits. */
export const OVER_LIMIT = Symbol('over limit');

/** JSON decoder of Socket.IO with the JSON limits. Binary packets are rejected. */
class LimitedDecoder extends Decoder {
  override add(packet: unknown): void {
    if (typeof packet !== 'string') throw new Error('binary data');
    const type = Number(packet.charAt(0)) as PacketType;
    if (type === PacketType.BINARY_EVENT || type === PacketType.BINARY_ACK) throw new Error('binary data');
    if (!exceedsJsonLimits(packet)) super.add(packet);
    else this.emitReserved('decoded', toOverLimitPacket(this.decodeHead(packet)));
  }

  /** JSON.parse of V8 is safe at any depth. The parsed arguments are dropped. */
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

function toOverLimitPacket(packet: Packet): Packet {
  const isEvent = packet.type === PacketType.EVENT && Array.isArray(packet.data);
  if (!isEvent) throw new Error('too large');
  return { ...packet, data: [(packet.data as unknown[])[0], OVER_LIMIT] };
}

export const limitedParser = { Encoder, Decoder: LimitedDecoder };
