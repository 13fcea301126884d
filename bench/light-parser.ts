import { Decoder, Encoder, PacketType } from 'socket.io-parser';

/** Keeps the JSON of an ack unparsed, to save processor time of the load generator. */
class LightDecoder extends Decoder {
  override add(packet: unknown): void {
    const [, id, json] = typeof packet === 'string' ? (/^3(\d+)\[(.*)\]$/s.exec(packet) ?? []) : [];
    if (json === undefined) super.add(packet);
    else this.emitReserved('decoded', { type: PacketType.ACK, nsp: '/', id: Number(id), data: [json] });
  }
}

export const lightParser = { Encoder, Decoder: LightDecoder };
