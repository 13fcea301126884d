import { Decoder, Encoder, PacketType } from 'socket.io-parser';
import { exceedsJsonLimits } from '../validation/json-limits.js';

/** Replaces the arguments of a command that exceeds the JSON limits. */
export const OVER_LIMIT = Symbol('over limit');
/** Replaces the arguments of a command with binary data. */
export const BINARY = Symbol('binary');

/** First characters of packets with binary attachments. */
const [BINARY_EVENT, BINARY_ACK] = [String(PacketType.BINARY_EVENT), String(PacketType.BINARY_ACK)];

/** JSON decoder of Socket.IO with the JSON limits. A command with binary data is decoded without its arguments. */
class LimitedDecoder extends Decoder {
  /** Binary attachments of the last packet that have not arrived. They follow it at once and are dropped. */
  private missingAttachments = 0;

  override add(packet: unknown): void {
    if (this.missingAttachments > 0) this.dropAttachment(packet);
    else if (typeof packet !== 'string') throw new Error('binary data');
    else if (packet.startsWith(BINARY_EVENT)) this.addBinaryEvent(packet);
    else if (packet.startsWith(BINARY_ACK)) throw new Error('binary data');
    else if (exceedsJsonLimits(packet))
      this.emitReserved('decoded', withoutArguments(this.decodeHead(packet), OVER_LIMIT));
    else super.add(packet);
  }

  private addBinaryEvent(packet: string): void {
    const head = this.decodeHead(packet);
    this.missingAttachments = head.attachments ?? 0;
    this.emitReserved('decoded', withoutArguments({ ...head, type: PacketType.EVENT }, BINARY));
  }

  private dropAttachment(packet: unknown): void {
    if (typeof packet === 'string') throw new Error('attachment expected');
    this.missingAttachments--;
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
  attachments?: number;
}

function withoutArguments(packet: Packet, replacement: symbol): Packet {
  const isEvent = packet.type === PacketType.EVENT && Array.isArray(packet.data);
  if (!isEvent) throw new Error('too large');
  return { ...packet, data: [(packet.data as unknown[])[0], replacement] };
}

export const limitedParser = { Encoder, Decoder: LimitedDecoder };
