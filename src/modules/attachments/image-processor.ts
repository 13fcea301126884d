import { copyFile, open, stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { Metadata, SharpOptions } from 'sharp';
import { FairQueue } from '../../kernel/concurrency/fair-queue.js';
import {
  IMAGE_FORMATS,
  MAX_PIXELS,
  hasMoreFrames,
  loadSharp,
  type ImageFormat,
  type SharpLibrary,
} from './image-formats.js';
import { storageUnavailable } from './storage.js';

/** Decoded image and its thumbnail. */
export interface ProcessedImage {
  path: string;
  /** Whether the image is re-encoded: no byte of the upload is copied. Otherwise it is the upload. */
  isReencoded: boolean;
  size: number;
  width: number;
  height: number;
  thumbnailPath: string;
  thumbnailSize: number;
}

const [AVIF_BRAND, BRAND_POSITION] = ['avif', 8];
const MAX_FRAMES = 1_000;
const MAX_SECONDS = 30;
const THUMBNAIL = { width: 512, height: 512, fit: 'inside', withoutEnlargement: true } as const;
/** A user has one image in process, so that its large images leave a place for others. */
const QUEUE_LIMITS = { concurrency: 2, concurrencyPerKey: 1, maxWaiting: 32 };
const TRANSIENT_ERROR = /no space left|input\/output error|too many open files|quota exceeded/i;
/** Damaged images are decoded as far as browsers show them. */
const OPTIONS: SharpOptions = { failOn: 'none', sequentialRead: true };

/** Re-encodes images, two at a time and users in turns, because decoders use much memory and are a common target of attacks. */
@Injectable()
export class ImageProcessor {
  private readonly queue = new FairQueue(QUEUE_LIMITS);
  private library?: Promise<SharpLibrary>;

  /**
   * Re-encodes an image upright and without metadata, with a thumbnail. An image beyond the limits of its encoder, and one
   * whose frames the encoder would drop, keeps its bytes. Null when no image can be decoded.
   */
  async processImage(
    userId: string,
    path: string,
    mimeType: string,
    isAnimated = false,
  ): Promise<ProcessedImage | null> {
    const sharp = await (this.library ??= loadSharp());
    return this.queue.run(userId, () => new ImageTask(sharp, path, mimeType, isAnimated).processImage());
  }
}

/** Processing of one image. */
class ImageTask {
  private readonly format: ImageFormat;
  /** File that the decoder reads. */
  private source: string;

  constructor(
    private readonly sharp: SharpLibrary,
    private readonly path: string,
    private readonly mimeType: string,
    private readonly isAnimated: boolean,
  ) {
    this.format = IMAGE_FORMATS[mimeType]!;
    this.source = path;
  }

  async processImage(): Promise<ProcessedImage | null> {
    const metadata = await attempt(() => this.readMetadata());
    if (metadata?.format !== this.format.name) return null;
    const reencoded = this.isEncodable(metadata) ? await attempt(() => this.reencode(metadata)) : null;
    return reencoded ?? (this.isDecodable(metadata) ? attempt(() => this.keep(metadata)) : null);
  }

  private async readMetadata(): Promise<Metadata | null> {
    if (this.mimeType === 'image/webp' && (await hasMoreFrames(this.path, MAX_FRAMES))) return null;
    if (this.mimeType === 'image/avif' && this.isAnimated) this.source = await this.copyFirstFrame();
    return this.sharp(this.source, { ...OPTIONS, animated: true, limitInputPixels: false }).metadata();
  }

  /** Copy of an AVIF sequence with the brand of a still image, without which libvips does not recognize it. */
  private async copyFirstFrame(): Promise<string> {
    const path = `${this.path}.still`;
    await copyFile(this.path, path);
    const handle = await open(path, 'r+');
    try {
      await handle.write(AVIF_BRAND, BRAND_POSITION, 'latin1');
    } finally {
      await handle.close();
    }
    return path;
  }

  private isEncodable({ width, height, pages = 1, pageHeight = height }: Metadata): boolean {
    if (!this.format.keepsFrames && (this.isAnimated || pages > 1)) return false;
    return pages <= MAX_FRAMES && width * pageHeight * pages <= this.format.maxEncodedPixels;
  }

  /** Progressive images are decoded as a whole. */
  private isDecodable({ width, height, pageHeight = height, isProgressive }: Metadata): boolean {
    const maxPixels = isProgressive ? MAX_PIXELS : this.format.maxDecodedPixels;
    return width * pageHeight <= maxPixels;
  }

  private async reencode({ pages = 1, pageHeight }: Metadata): Promise<ProcessedImage> {
    const path = `${this.path}.clean`;
    const limitInputPixels = this.format.maxEncodedPixels;
    const image = this.sharp(this.path, { ...OPTIONS, animated: this.format.keepsFrames, limitInputPixels });
    const { width, height } = await this.format
      .write(pages > 1 ? image : image.autoOrient())
      .timeout({ seconds: MAX_SECONDS })
      .toFile(path);
    return {
      path,
      isReencoded: true,
      size: (await stat(path)).size,
      width,
      height: pages > 1 ? (pageHeight ?? height) : height,
      ...(await this.createThumbnail(path)),
    };
  }

  /** The removal of metadata keeps the orientation. */
  private async keep({ autoOrient, pageHeight, ...stored }: Metadata): Promise<ProcessedImage> {
    const { width, height } = pageHeight === undefined ? autoOrient : stored;
    return {
      path: this.path,
      isReencoded: false,
      size: (await stat(this.path)).size,
      width,
      height: pageHeight ?? height,
      ...(await this.createThumbnail(this.source)),
    };
  }

  /** Thumbnail of the first frame. */
  private async createThumbnail(path: string): Promise<{ thumbnailPath: string; thumbnailSize: number }> {
    const thumbnailPath = `${this.path}.thumbnail`;
    const { size } = await this.sharp(path, { ...OPTIONS, limitInputPixels: this.format.maxDecodedPixels })
      .autoOrient()
      .resize(THUMBNAIL)
      .webp({ quality: 75 })
      .timeout({ seconds: MAX_SECONDS })
      .toFile(thumbnailPath);
    return { thumbnailPath, thumbnailSize: size };
  }
}

/** Null after an error of the image. Throws service_unavailable or insufficient_storage after an error of the disk. */
async function attempt<Result>(step: () => Promise<Result>): Promise<Result | null> {
  try {
    return await step();
  } catch (error) {
    if (isTransientError(error)) throw storageUnavailable(error);
    return null;
  }
}

/** Whether the disk caused the error, not the image. libvips reports it as text only. */
function isTransientError(error: unknown): boolean {
  const { syscall, message } = error as { syscall?: string; message?: string };
  return syscall !== undefined || TRANSIENT_ERROR.test(message ?? '');
}
