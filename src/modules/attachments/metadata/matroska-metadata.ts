import { MalformedFileError, type FileReport, type PatchedFile } from './patched-file.js';

/** Element of EBML (RFC 8794). */
interface EbmlElement {
  id: number;
  start: number;
  body: number;
  /** Infinite for an element of unknown size, as live recorders write them. */
  end: number;
}

/** Element ids of Matroska and WebM (RFC 9559). */
const ID = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  info: 0x1549a966,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackType: 0x83,
  cluster: 0x1f43b675,
  attachments: 0x1941a469,
  tags: 0x1254c367,
  void: 0xec,
  crc: 0xbf,
};
/** Title, date and file names in Info, name of a track; checksums, which no longer hold. */
const METADATA_IDS = new Set([0x7ba9, 0x4461, 0x7384, 0x3c83ab, 0x3e83bb, 0x536e, ID.tags, ID.void, ID.crc]);
/** MuxingApp and WritingApp, which are mandatory. */
const APPLICATION_IDS = new Set([0x4d80, 0x5741]);
const TRACK_TYPES = { video: 1, audio: 2 };

/** Removes the metadata of Matroska and WebM: elements become void, texts of mandatory elements become empty. */
export async function removeMatroskaMetadata(file: PatchedFile): Promise<FileReport> {
  const report: FileReport = { isComplete: true, hasVideo: false, hasAudio: false };
  let hasSegment = false;
  for await (const element of listElements(file, 0, file.size)) {
    if (element.id === ID.segment) await examineSegment(file, element, report);
    else if (element.id !== ID.ebml && element.id !== ID.void) throw new MalformedFileError();
    hasSegment ||= element.id === ID.segment;
  }
  if (!hasSegment) throw new MalformedFileError();
  return report;
}

async function examineSegment(file: PatchedFile, segment: EbmlElement, report: FileReport): Promise<void> {
  for await (const element of listElements(file, segment.body, Math.min(segment.end, file.size))) {
    if (METADATA_IDS.has(element.id)) voidElement(file, element);
    else if (element.id === ID.attachments)
      report.isComplete = false; // covers, but also fonts of subtitles
    else if ([ID.info, ID.tracks, ID.seekHead].includes(element.id))
      await examineParent(file, element, report);
  }
}

async function examineParent(file: PatchedFile, parent: EbmlElement, report: FileReport): Promise<void> {
  for await (const element of listElements(file, parent.body, parent.end)) {
    if (METADATA_IDS.has(element.id)) voidElement(file, element);
    else if (APPLICATION_IDS.has(element.id)) file.blank(element.body, element.end);
    else if (element.id === ID.trackEntry && parent.id === ID.tracks)
      await examineParent(file, element, report);
    else if (element.id === ID.trackType) await recordTrackType(file, element, report);
    else if (element.id === ID.seek && (await isSeekOfTags(file, element))) voidElement(file, element);
  }
}

async function recordTrackType(file: PatchedFile, { body }: EbmlElement, report: FileReport): Promise<void> {
  const type = (await file.read(body, 1)).readUInt8(0);
  if (type === TRACK_TYPES.video) report.hasVideo = true;
  else if (type === TRACK_TYPES.audio) report.hasAudio = true;
  else report.isComplete = false; // subtitles and metadata tracks
}

async function isSeekOfTags(file: PatchedFile, seek: EbmlElement): Promise<boolean> {
  for await (const { id, body, end } of listElements(file, seek.body, seek.end))
    if (id === ID.seekId && end - body === 4) return (await file.read(body, 4)).readUInt32BE(0) === ID.tags;
  return false;
}

/** Children of a range. The elements of a cluster of unknown size follow it as its siblings. */
async function* listElements(file: PatchedFile, start: number, end: number): AsyncGenerator<EbmlElement> {
  for (let at = start; at < end;) {
    const element = await readElement(file, at);
    const isUnknown = element.end === Infinity;
    if (isUnknown && element.id !== ID.segment && element.id !== ID.cluster) throw new MalformedFileError();
    // A truncated recording ends in an element.
    const isTruncated = !isUnknown && element.end > end;
    if (isTruncated && end !== file.size) throw new MalformedFileError();
    yield isTruncated ? { ...element, end } : element;
    at = isUnknown && element.id === ID.cluster ? element.body : Math.min(element.end, end);
  }
}

async function readElement(file: PatchedFile, at: number): Promise<EbmlElement> {
  const id = await readVariable(file, at, 4);
  const size = await readVariable(file, at + id.length, 8);
  const body = at + id.length + size.length;
  return { id: id.raw, start: at, body, end: size.isUnknown ? Infinity : body + size.value };
}

/** Variable-size integer (RFC 8794, 4): `raw` with its marker, as ids are written, and `value` without. */
async function readVariable(
  file: PatchedFile,
  at: number,
  maxLength: number,
): Promise<{ raw: number; value: number; length: number; isUnknown: boolean }> {
  const length = Math.clz32((await file.read(at, 1)).readUInt8(0)) - 23;
  if (length > maxLength) throw new MalformedFileError();
  const bytes = await file.read(at, length);
  const raw = BigInt(`0x${bytes.toString('hex')}`);
  const mask = (1n << BigInt(7 * length)) - 1n;
  return { raw: Number(raw), value: Number(raw & mask), length, isUnknown: (raw & mask) === mask };
}

/** Replaces an element by a void one of the same length. */
function voidElement(file: PatchedFile, { start, end }: EbmlElement): void {
  const length = end - start;
  const head = length < 10 ? Buffer.from([ID.void, 0x80 | (length - 2)]) : Buffer.alloc(9);
  if (length >= 10) {
    head.writeUInt8(ID.void);
    head.writeUInt8(1, 1);
    head.writeUIntBE(length - 9, 3, 6);
  }
  file.blank(start, end);
  file.write(start, head);
}
