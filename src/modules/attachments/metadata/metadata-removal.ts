import { MalformedFileError, PatchedFile, type FileReport } from './patched-file.js';
import {
  removeAiffMetadata,
  removeCafMetadata,
  removePngMetadata,
  removeWavMetadata,
  removeWebpMetadata,
} from './chunked-file-metadata.js';
import { removeGifMetadata, removeJpegMetadata } from './image-metadata.js';
import { removeIsoMediaMetadata } from './iso-media-metadata.js';
import { removeMatroskaMetadata } from './matroska-metadata.js';
import { removeOggMetadata } from './ogg-metadata.js';
import { removeAudioTags, removeFlacMetadata } from './tagged-audio-metadata.js';

/** Collects the changes. `seen` receives what remains known when a file turns out to be damaged. */
type Remover = (file: PatchedFile, seen: FileReport) => Promise<FileReport>;

/** AMR has no place for metadata. */
const examineAmr: Remover = () => Promise.resolve({ isComplete: true, hasVideo: false, hasAudio: true });

/** Removers by the subtype of the media type. */
const REMOVERS: Record<string, Remover> = {
  ...Object.fromEntries(
    ['mp4', 'quicktime', '3gpp', '3gpp2', 'avif', 'heic', 'heif', 'heic-sequence', 'heif-sequence'].map(
      (subtype) => [subtype, removeIsoMediaMetadata],
    ),
  ),
  webm: removeMatroskaMetadata,
  matroska: removeMatroskaMetadata,
  ogg: removeOggMetadata,
  mpeg: removeAudioTags,
  aac: removeAudioTags,
  flac: removeFlacMetadata,
  wav: removeWavMetadata,
  aiff: removeAiffMetadata,
  'x-caf': removeCafMetadata,
  amr: examineAmr,
  png: removePngMetadata,
  webp: removeWebpMetadata,
  jpeg: removeJpegMetadata,
  gif: removeGifMetadata,
};

const UNKNOWN_FILE: FileReport = { isComplete: false };

/** Changes that remove the metadata of a file, and what its structure says about the content. */
export class MetadataRemoval {
  private constructor(
    private readonly path: string,
    readonly report: FileReport,
    private readonly file?: PatchedFile,
  ) {}

  /**
   * Examines a file without changing it. A damaged file has no changes, and the report of what was seen before the damage;
   * the report of another format is empty.
   */
  static async plan(path: string, mimeType: string): Promise<MetadataRemoval> {
    const [family, subtype = ''] = mimeType.split('/');
    const remover = family === 'video' && subtype === 'mpeg' ? undefined : REMOVERS[subtype];
    if (!remover) return new MetadataRemoval(path, UNKNOWN_FILE);
    const seen: FileReport = { isComplete: false };
    try {
      const { file, result } = await PatchedFile.examine(path, (examined) => remover(examined, seen));
      return new MetadataRemoval(path, result, file);
    } catch (error) {
      if (!isMalformed(error)) throw error;
      return new MetadataRemoval(path, seen);
    }
  }

  /**
   * Removes the metadata in place, and appended bytes if `isCut`. False when the file may still contain metadata, as
   * appended bytes do.
   */
  async apply(isCut: boolean): Promise<boolean> {
    await this.file?.writePatches(this.path, isCut);
    return this.report.isComplete && (isCut || !this.file?.hasAppendedBytes());
  }
}

/** Buffers report a read beyond their end as a RangeError. */
function isMalformed(error: unknown): boolean {
  return error instanceof MalformedFileError || error instanceof RangeError;
}
