import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { FairQueue } from '../../kernel/concurrency/fair-queue.js';
import type { ReceivedFile } from '../../kernel/validation/rules.js';
import type { AttachmentKind } from './entities/attachment.entity.js';
import { detectContentType, toMediaKind, type DetectedKind } from './file-kinds.js';
import { IMAGE_FORMATS } from './image-formats.js';
import { ImageProcessor } from './image-processor.js';
import { MetadataRemoval } from './metadata/metadata-removal.js';
import { storageUnavailable } from './storage.js';

/** File ready to be stored. */
export interface ProcessedFile {
  path: string;
  kind: AttachmentKind;
  mimeType: string;
  size: number;
  width: number | null;
  height: number | null;
  thumbnailPath: string | null;
  thumbnailSize: number | null;
  /** Whether all metadata that the format has places for is removed. */
  metadataRemoved: boolean;
}

/** A user has one file in process, so that its large files leave a place for others. */
const QUEUE_LIMITS = { concurrency: 4, concurrencyPerKey: 1, maxWaiting: 256 };

/** Determines the kind of received files by their content, re-encodes images and removes metadata of all kinds. */
@Injectable()
export class FileProcessor {
  /** Examinations and removals of metadata. */
  private readonly queue = new FairQueue(QUEUE_LIMITS);

  constructor(private readonly images: ImageProcessor) {}

  /** Any content is accepted: what cannot be displayed has the kind file. */
  async processFile(userId: string, file: ReceivedFile): Promise<ProcessedFile> {
    const found = await detectContentType(file.path);
    if (found.kind !== 'image') return this.queue.run(userId, () => processMedia(file, found));
    const removal = await this.queue.run(userId, () => planRemoval(file, found));
    const apply = (isCut: boolean): ReturnType<typeof applyRemoval> =>
      this.queue.run(userId, () => applyRemoval(file, removal, isCut));
    const { mimeType } = found;
    const image =
      mimeType in IMAGE_FORMATS
        ? await this.images.processImage(userId, file.path, mimeType, removal.report.isAnimated)
        : null;
    if (!image) return { kind: 'file', mimeType, ...NO_IMAGE, ...(await apply(false)) };
    const { isReencoded, ...processed } = image;
    if (isReencoded) return { kind: 'image', mimeType, ...processed, metadataRemoved: true };
    return { kind: 'image', mimeType, ...processed, ...(await apply(true)) };
  }
}

const NO_IMAGE = { width: null, height: null, thumbnailPath: null, thumbnailSize: null };

function planRemoval({ path }: ReceivedFile, { mimeType }: DetectedKind): Promise<MetadataRemoval> {
  return mapFileErrors(() => MetadataRemoval.plan(path, mimeType));
}

/** Examines and changes a file in one turn, so that no changes are kept while it waits. */
async function processMedia(file: ReceivedFile, found: DetectedKind): Promise<ProcessedFile> {
  const removal = await planRemoval(file, found);
  const media = toMediaKind(found, removal.report, file.declaredType);
  return { ...media, ...NO_IMAGE, ...(await applyRemoval(file, removal, true)) };
}

/** Removes the metadata in the received file, and appended bytes unless it is a download, of which no content is lost. */
function applyRemoval(
  { path }: ReceivedFile,
  removal: MetadataRemoval,
  isCut: boolean,
): Promise<Pick<ProcessedFile, 'path' | 'size' | 'metadataRemoved'>> {
  return mapFileErrors(async () => {
    const metadataRemoved = await removal.apply(isCut);
    return { path, size: (await stat(path)).size, metadataRemoved };
  });
}

async function mapFileErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall ? storageUnavailable(error) : error;
  }
}
