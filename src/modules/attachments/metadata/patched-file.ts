import { open, type FileHandle } from 'node:fs/promises';

/** Error of a file without the structure of its format, or with more structure than is examined. */
export class MalformedFileError extends Error {}

/** What a file contains by its structure. A property without a value is unknown. */
export interface FileReport {
  /** Whether the changes remove all metadata that the format has places for. */
  isComplete: boolean;
  hasVideo?: boolean;
  hasAudio?: boolean;
  /** Whether an image has several frames. */
  isAnimated?: boolean;
}

/** Bytes to write at a position, or a range to fill with zeros. */
type Patch = { at: number; bytes: Buffer } | { at: number; end: number };

const WINDOW_BYTES = 64 * 1024;
const MAX_READ_BYTES = 16 * 2 ** 20;
const MAX_READS = 1_000_000;
const MAX_PATCHES = 100_000;
/** Bytes of changes that are kept in memory. */
const MAX_KEPT_BYTES = 16 * 2 ** 20;
/** A byte is filled with zeros once and written once. More changes of a byte come from a crafted file. */
const MAX_CHANGES_PER_BYTE = 2;
const ZEROS = Buffer.alloc(WINDOW_BYTES);

/**
 * Reads the structure of a file through a window and collects changes in place, which keep all offsets valid. Nothing is
 * written before the whole structure is understood.
 */
export class PatchedFile {
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;
  private readCount = 0;
  private readonly patches: Patch[] = [];
  /** Bytes of all changes, overlapping ones counted repeatedly. */
  private changedBytes = 0;
  private keptBytes = 0;
  private length: number;

  private constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {
    this.length = size;
  }

  /** Runs the examination of a file, which is closed afterwards. */
  static async examine<Result>(
    path: string,
    examine: (file: PatchedFile) => Promise<Result>,
  ): Promise<{ file: PatchedFile; result: Result }> {
    const handle = await open(path);
    try {
      const file = new PatchedFile(handle, (await handle.stat()).size);
      return { file, result: await examine(file) };
    } finally {
      await handle.close();
    }
  }

  has(at: number, length: number): boolean {
    return at >= 0 && at + length <= this.size;
  }

  /** Bytes at a position. Throws MalformedFileError beyond the end of the file. */
  async read(at: number, length: number): Promise<Buffer> {
    if (!this.has(at, length) || length > MAX_READ_BYTES || ++this.readCount > MAX_READS)
      throw new MalformedFileError();
    if (at < this.windowStart || at + length > this.windowStart + this.window.length) {
      const buffer = Buffer.alloc(Math.min(Math.max(WINDOW_BYTES, length), this.size - at));
      const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, at);
      if (bytesRead < length) throw new MalformedFileError();
      [this.window, this.windowStart] = [buffer.subarray(0, bytesRead), at];
    }
    return this.window.subarray(at - this.windowStart, at - this.windowStart + length);
  }

  /** Bytes from a position on, as many as the window holds, at least the given number. */
  async readBlock(at: number, minLength: number): Promise<Buffer> {
    await this.read(at, minLength);
    return this.window.subarray(at - this.windowStart);
  }

  /** Four characters at a position. */
  async readCode(at: number): Promise<string> {
    return (await this.read(at, 4)).toString('latin1');
  }

  write(at: number, bytes: Buffer | string): void {
    const content = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    this.keptBytes += content.length;
    if (this.keptBytes > MAX_KEPT_BYTES) throw new MalformedFileError();
    this.addPatch(at, at + content.length, { at, bytes: content });
  }

  /** Fills a range with zeros. */
  blank(at: number, end: number): void {
    if (end > at) this.addPatch(at, end, { at, end });
  }

  /** Cuts the file at a position. */
  truncate(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /** Whether bytes after the content would be cut off. */
  hasAppendedBytes(): boolean {
    return this.length < this.size;
  }

  /** Writes the collected changes, in their order, and cuts off appended bytes if permitted. */
  async writePatches(path: string, isCut: boolean): Promise<void> {
    if (this.patches.length === 0 && !(isCut && this.hasAppendedBytes())) return;
    const handle = await open(path, 'r+');
    try {
      for (const patch of this.patches) {
        if ('bytes' in patch) await writeFully(handle, patch.bytes, patch.at);
        else
          for (let { at } = patch; at < patch.end; at += ZEROS.length)
            await writeFully(handle, ZEROS.subarray(0, patch.end - at), at);
      }
      if (isCut) await handle.truncate(this.length);
    } finally {
      await handle.close();
    }
  }

  private addPatch(at: number, end: number, patch: Patch): void {
    if (!this.has(at, end - at) || this.patches.length >= MAX_PATCHES) throw new MalformedFileError();
    this.changedBytes += end - at;
    if (this.changedBytes > MAX_CHANGES_PER_BYTE * this.size) throw new MalformedFileError();
    this.patches.push(patch);
  }
}

/** Writes all bytes. The system may write a part of them only. */
async function writeFully(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}
