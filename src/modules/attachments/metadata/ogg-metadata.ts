import { MalformedFileError, type FileReport, type PatchedFile } from './patched-file.js';

/** Comment header of a codec: its bytes before and after the comments. */
interface CommentFormat {
  prefix: string;
  /** Framing bit of Vorbis. */
  suffix: string;
  isVideo: boolean;
}

/** Formats by the start of the first packet of a stream (RFC 7845, Vorbis, Theora, Speex). */
const FORMATS: readonly (readonly [start: string, format: CommentFormat | null])[] = [
  ['OpusHead', { prefix: 'OpusTags', suffix: '', isVideo: false }],
  ['\x01vorbis', { prefix: '\x03vorbis', suffix: '\x01', isVideo: false }],
  ['\x80theora', { prefix: '\x81theora', suffix: '', isVideo: true }],
  ['Speex   ', { prefix: '', suffix: '', isVideo: false }],
  ['fishead\0', null], // Ogg Skeleton, without comments
];
const [HEAD_BYTES, MAX_COMMENT_BYTES] = [27, 8 * 2 ** 20];
/** Pages with comments of all streams, which are kept in memory. */
const MAX_KEPT_BYTES = 16 * 2 ** 20;
/** Streams whose comments are not complete yet. */
const MAX_OPEN_STREAMS = 16;
const FLAG_FIRST = 2;

interface OggPage {
  at: number;
  bytes: Buffer;
}

/** Pages of a logical stream up to the end of its comment packet. */
interface OggStream {
  format: CommentFormat;
  isFirstPacket: boolean;
  pages: OggPage[];
  /** Parts of the comment packet, views of the pages. */
  parts: Buffer[];
  length: number;
}

/** Removes the comments of Ogg streams: an empty list and a vendor of spaces take their place (RFC 3533). */
export async function removeOggMetadata(file: PatchedFile): Promise<FileReport> {
  const report: FileReport = { isComplete: true, hasVideo: false, hasAudio: false };
  const streams = new Map<number, OggStream>();
  let keptBytes = 0;
  for (let at = 0; file.has(at, HEAD_BYTES);) {
    const head = await file.read(at, HEAD_BYTES);
    if (head.toString('latin1', 0, 4) !== 'OggS') {
      if (at === 0) throw new MalformedFileError();
      report.isComplete = false; // appended bytes
      break;
    }
    const [flags, serial, segmentCount] = [head.readUInt8(5), head.readUInt32LE(14), head.readUInt8(26)];
    const segments = [...(await file.read(at + HEAD_BYTES, segmentCount))];
    const length = HEAD_BYTES + segmentCount + segments.reduce((sum, size) => sum + size, 0);
    if (!file.has(at, length)) break; // a truncated recording
    if (flags & FLAG_FIRST) await addStream(file, at + HEAD_BYTES + segmentCount, serial, streams, report);
    const stream = streams.get(serial);
    if (stream) {
      const page = { at, bytes: Buffer.from(await file.read(at, length)) };
      const isComplete = addPage(stream, page, segments);
      if (stream.pages.at(-1) === page) keptBytes += length;
      if (keptBytes > MAX_KEPT_BYTES) throw new MalformedFileError();
      if (isComplete) {
        clearComments(file, stream);
        streams.delete(serial);
      }
    }
    at += length;
  }
  if (streams.size > 0) throw new MalformedFileError();
  return report;
}

async function addStream(
  file: PatchedFile,
  at: number,
  serial: number,
  streams: Map<number, OggStream>,
  report: FileReport,
): Promise<void> {
  const start = (await file.read(at, 8)).toString('latin1');
  const known = FORMATS.find(([prefix]) => start.startsWith(prefix));
  if (!known) report.isComplete = false; // FLAC in Ogg and rare codecs
  const format = known?.[1];
  if (!format) return;
  if (format.isVideo) report.hasVideo = true;
  else report.hasAudio = true;
  if (streams.size >= MAX_OPEN_STREAMS) throw new MalformedFileError();
  streams.set(serial, { format, isFirstPacket: true, pages: [], parts: [], length: 0 });
}

/** Adds the packets of a page. True when the comment packet, the second one, is complete. */
function addPage(stream: OggStream, page: OggPage, segments: number[]): boolean {
  let at = HEAD_BYTES + segments.length;
  for (const size of segments) {
    if (!stream.isFirstPacket) {
      if (stream.pages.at(-1) !== page) stream.pages.push(page);
      stream.parts.push(page.bytes.subarray(at, at + size));
      stream.length += size;
      if (stream.length > MAX_COMMENT_BYTES) throw new MalformedFileError();
      if (size < 255) return true;
    } else if (size < 255) stream.isFirstPacket = false;
    at += size;
  }
  return false;
}

/** Overwrites the comment packet in its pages and corrects their checksums. */
function clearComments(file: PatchedFile, { format, pages, parts, length }: OggStream): void {
  const { prefix, suffix } = format;
  const vendorLength = length - prefix.length - suffix.length - 8;
  const packet = Buffer.concat(parts);
  if (vendorLength < 0 || !packet.toString('latin1', 0, 8).startsWith(prefix)) throw new MalformedFileError();
  packet.fill(' ', prefix.length);
  packet.writeUInt32LE(vendorLength, prefix.length);
  packet.writeUInt32LE(0, length - suffix.length - 4);
  packet.write(suffix, length - suffix.length, 'latin1');
  let at = 0;
  for (const part of parts) at += packet.copy(part, 0, at, at + part.length);
  for (const page of pages) {
    page.bytes.writeUInt32LE(0, 22);
    page.bytes.writeUInt32LE(computePageChecksum(page.bytes), 22);
    file.write(page.at, page.bytes);
  }
}

const CHECKSUM_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value & 0x80000000 ? 0x04c11db7 : 0);
  return value >>> 0;
});

/** CRC of an Ogg page (RFC 3533, 6): polynomial 0x04c11db7, not reflected, initially 0. */
function computePageChecksum(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ CHECKSUM_TABLE[(crc >>> 24) ^ byte]!) >>> 0;
  return crc;
}
