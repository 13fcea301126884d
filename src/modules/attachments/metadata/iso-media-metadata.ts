import { blankSamples, findBox, freeBox, listBoxes, type Box } from './iso-media-boxes.js';
import { blankDashcamPositions } from './dashcam-positions.js';
import { blankMetadataItems } from './heif-items.js';
import { MalformedFileError, type FileReport, type PatchedFile } from './patched-file.js';

/** Box of brands, of four bytes each. */
const MAX_BRAND_BYTES = 4_096;
const HEIF_BRANDS = new Set(['mif1', 'msf1', 'avif', 'avis', 'heic', 'heix', 'heim', 'heis', 'hevc', 'hevx']);
/** Boxes of the file without metadata. */
const FILE_BOXES = new Set([
  ...['ftyp', 'styp', 'moov', 'moof', 'mdat', 'mfra', 'sidx', 'ssix', 'pdin', 'prft', 'wide'],
]);
/** Boxes that contain others and are examined. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'moof', 'traf']);
/** A movie has five levels of these boxes. */
const MAX_DEPTH = 8;
/** Boxes of metadata in a container: user data, items and keys, extensions (XMP), GPS of dashboard cameras. */
const METADATA_BOXES = new Set(['udta', 'meta', 'uuid', 'free', 'skip', 'gps ']);
/** Boxes of metadata in the file: also previews of QuickTime and Kodak, positions and sensors of dashboard cameras. */
const FILE_METADATA_BOXES = new Set([
  ...METADATA_BOXES,
  ...['junk', 'pnot', 'PICT', 'frea', 'gps0', 'gpsa', 'gsea', 'gsen'],
]);
/** Extension that makes a video spherical (Spherical Video V1). Without it, players show the video flat. */
const SPHERICAL_EXTENSION = 'ffcc8263f8554a938814587a02521fdd';
/** Headers with a time of creation. */
const DATED_HEADERS = new Set(['mvhd', 'tkhd', 'mdhd']);
const VIDEO_HANDLERS = new Set(['vide', 'pict', 'auxv']);
/** Tracks without metadata. All other tracks are kept, but may carry some: texts of drones are positions. */
const NEUTRAL_HANDLERS = new Set(['tmcd', 'hint', 'clcp']);
/** Tracks of positions, sensors and descriptions. */
const METADATA_HANDLERS = new Set(['meta', 'mdta', 'camm', 'gpmd', 'fdsc', 'rtmd', 'nrtm', 'psmd', 'mp7t']);
/** Start and end of the compressor name in a visual sample entry. */
const COMPRESSOR_NAME = { start: 50, end: 82 };

/** Removes the metadata of MP4, QuickTime, 3GP, M4A, HEIF and AVIF (ISO 14496-12): boxes become free space. */
export function removeIsoMediaMetadata(file: PatchedFile): Promise<FileReport> {
  return new IsoMediaExamination(file).examineFile();
}

/** Examination of one ISO base media file. */
class IsoMediaExamination {
  private readonly report: FileReport = { isComplete: true, hasVideo: false, hasAudio: false };
  private isImage = false;
  private hasItems = false;
  private hasMovie = false;
  private hasFragments = false;
  private hasMetadataTrack = false;

  constructor(private readonly file: PatchedFile) {}

  async examineFile(): Promise<FileReport> {
    for await (const box of listBoxes(this.file, 0, this.file.size)) await this.examineFileBox(box);
    if (!this.hasMovie && !this.hasItems) throw new MalformedFileError();
    if (this.hasFragments && this.hasMetadataTrack) this.report.isComplete = false; // its samples are in the fragments
    return { ...this.report, isAnimated: this.isImage && this.hasMovie };
  }

  private async examineFileBox(box: Box): Promise<void> {
    const { type } = box;
    if (type === 'ftyp') this.isImage = await this.hasImageBrand(box);
    this.hasMovie ||= type === 'moov';
    this.hasFragments ||= type === 'moof';
    if (type === 'meta' && this.isImage) {
      this.hasItems = true;
      if (!(await blankMetadataItems(this.file, box))) this.report.isComplete = false;
    } else if (CONTAINERS.has(type)) await this.examineContainer(box, 1);
    else if (FILE_METADATA_BOXES.has(type)) await this.removeBox(box);
    else if (!FILE_BOXES.has(type)) this.report.isComplete = false; // may be content, such as the video of a motion photo
  }

  private async removeBox(box: Box): Promise<void> {
    const isKept = box.type === 'uuid' && (await this.isSpherical(box));
    if (isKept || (box.type === 'gps ' && !(await blankDashcamPositions(this.file, box))))
      this.report.isComplete = false;
    if (!isKept) freeBox(this.file, box);
  }

  private async isSpherical({ body, end }: Box): Promise<boolean> {
    if (end - body < 16) return false;
    return (await this.file.read(body, 16)).toString('hex') === SPHERICAL_EXTENSION;
  }

  private async hasImageBrand({ body, end }: Box): Promise<boolean> {
    if (end - body > MAX_BRAND_BYTES) throw new MalformedFileError();
    const brands = (await this.file.read(body, end - body)).toString('latin1').match(/.{4}/gs) ?? [];
    return brands.some((brand) => HEIF_BRANDS.has(brand));
  }

  private async examineContainer(container: Box, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw new MalformedFileError();
    for await (const box of listBoxes(this.file, container.body, container.end)) {
      if (METADATA_BOXES.has(box.type)) await this.removeBox(box);
      else if (box.type === 'trak') await this.examineTrack(box, depth + 1);
      else if (CONTAINERS.has(box.type)) await this.examineContainer(box, depth + 1);
      else if (DATED_HEADERS.has(box.type)) await this.blankTimes(box);
      else if (box.type === 'hdlr')
        this.file.blank(box.body + 24, box.end); // name of the handler
      else if (box.type === 'stsd') await this.blankCompressorNames(box);
      else if (box.type === 'cmov') this.report.isComplete = false; // a compressed movie header
    }
  }

  private async examineTrack(track: Box, depth: number): Promise<void> {
    const media = await findBox(this.file, track, 'mdia');
    const handlerBox = media && (await findBox(this.file, media, 'hdlr'));
    if (!media || !handlerBox) throw new MalformedFileError();
    const handler = await this.file.readCode(handlerBox.body + 8);
    if (VIDEO_HANDLERS.has(handler)) this.report.hasVideo = true;
    else if (handler === 'soun') this.report.hasAudio = true;
    else if (METADATA_HANDLERS.has(handler)) return this.removeTrack(track, media);
    else if (!NEUTRAL_HANDLERS.has(handler)) this.report.isComplete = false;
    return this.examineContainer(track, depth);
  }

  /** Removes a track of timed metadata, such as positions and sensors of a camera. */
  private async removeTrack(track: Box, media: Box): Promise<void> {
    this.hasMetadataTrack = true;
    const information = await findBox(this.file, media, 'minf');
    const samples = information && (await findBox(this.file, information, 'stbl'));
    if (!samples) throw new MalformedFileError();
    await blankSamples(this.file, samples);
    freeBox(this.file, track);
  }

  private async blankTimes({ body }: Box): Promise<void> {
    const version = (await this.file.read(body, 1)).readUInt8(0);
    this.file.blank(body + 4, body + (version === 1 ? 20 : 12));
  }

  /** Compressor names of visual sample entries, which name cameras. The entry of audio has no such field. */
  private async blankCompressorNames(descriptions: Box): Promise<void> {
    for await (const { type, start, end } of listBoxes(this.file, descriptions.body + 8, descriptions.end))
      if (/^(avc|hvc|hev|av01|vp0|mp4v|s263|jpeg|mjp|dvh)/.test(type) && end - start > COMPRESSOR_NAME.end)
        this.file.blank(start + COMPRESSOR_NAME.start, start + COMPRESSOR_NAME.end);
  }
}
