import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { ReceivedFile } from '../../kernel/validation/rules.js';
import type { AttachmentKind } from './entities/attachment.entity.js';
import { detectContentType, toMediaKind } from './file-kinds.js';
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

/** Determines the kind of received files by their content, re-encodes images and removes metadata of all kinds. */
@Injectable()
export class FileProcessor {
  constructor(private readonly images: ImageProcessor) {}

  /** Any content is accepted: what cannot be displayed has the kind file. */
  async processFile(userId: string, file: ReceivedFile): Promise<ProcessedFile> {
    const found = await detectContentType(file.path);
    const removal = await mapFileErrors(() => MetadataRemoval.plan(file.path, found.mimeType));
    if (found.kind !== 'image') {
      const media = toMediaKind(found, removal.report, file.declaredType);
      return { ...media, ...NO_IMAGE, ...(await applyRemoval(file, removal, true)) };
    }
    const { mimeType } = found;
    const image =
      mimeType in IMAGE_FORMATS
        ? await this.images.processImage(userId, file.path, mimeType, removal.report.isAnimated)
        : null;
    if (!image) return { kind: 'file', mimeType, ...NO_IMAGE, ...(await applyRemoval(file, removal, false)) };
    const { isReencoded, ...processed } = image;
    if (isReencoded) return { kind: 'image', mimeType, ...processed, metadataRemoved: true };
    return { kind: 'image', mimeType, ...processed, ...(await applyRemoval(file, removal, true)) };
  }
}

const NO_IMAGE = { width: null, height: null, thumbnailPath: null, thumbnailSize: null };

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
