import { stat, open } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type sharpLibrary from 'sharp';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { AppError } from '../../kernel/errors/app-error.js';
import { FairQueue } from '../../kernel/jobs/fair-queue.js';
import { unsupportedFile } from './attachments.errors.js';
import { storageUnavailable } from './storage.js';
type SharpLibrary = typeof sharpLibrary;

/** Reencoded image and its thumbnail. No byte of the upload is copied. */
export interface ProcessedImage {
  path: string;
  size: number;
  width: number;
  height: number;
  thumbnailPath: string;
  thumbnailSize: number;
}

/** Pixels of all frames in total. */
const MAX_PIXELS = 64_000_000;
/** Limit of formats that are decoded as a whole. An AVIF image of MAX_PIXELS took 2.7 GB of memory. */
const MAX_WHOLE_IMAGE_PIXELS = 16_000_000;
/** Maximum of the WebP format, in pixels. */
const MAX_SIDE_LENGTH = 16_383;
const MAX_FRAMES = 1_000;
const MAX_SECONDS = 30;
const THUMBNAIL = { width: 512, height: 512, fit: 'inside', withoutEnlargement: true } as const;
/** A user has one image in process, so that its large images leave a place for others. */
const QUEUE_LIMITS = { concurrency: 2, concurrencyPerKey: 1, maxWaiting: 32 };
const TRANSIENT_ERROR = /^timeout: |no space left|input\/output error|too many open files|quota exceeded/i;

/** libvips loader, format name, pixel limit and encoder of each media type. */
const FORMATS: Record<
  string,
  { loader: string; format: string; maxPixels: number; write: (image: Sharp) => Sharp }
> = {
  'image/jpeg': {
    loader: 'VipsForeignLoadJpeg',
    format: 'jpeg',
    maxPixels: MAX_PIXELS,
    write: (image) => image.jpeg({ quality: 85 }),
  },
  'image/png': {
    loader: 'VipsForeignLoadPng',
    format: 'png',
    maxPixels: MAX_PIXELS,
    write: (image) => image.png(),
  },
  'image/webp': {
    loader: 'VipsForeignLoadWebp',
    format: 'webp',
    maxPixels: MAX_WHOLE_IMAGE_PIXELS,
    write: (image) => image.webp({ quality: 85 }),
  },
  'image/gif': {
    loader: 'VipsForeignLoadNsgif',
    format: 'gif',
    maxPixels: MAX_PIXELS,
    write: (image) => image.gif({ effort: 4 }),
  },
  'image/avif': {
    loader: 'VipsForeignLoadHeif',
    format: 'heif',
    maxPixels: MAX_WHOLE_IMAGE_PIXELS,
    write: (image) => image.avif({ quality: 60, effort: 2 }),
  },
};
export const IMAGE_TYPES = new Set(Object.keys(FORMATS));

/** Reencodes images, two at a time and users in turns, because decoders use much memory and are a common target of attacks. */
@Injectable()
export class ImageProcessor {
  private readonly queue = new FairQueue(QUEUE_LIMITS);
  private library?: Promise<SharpLibrary>;

  /** Applies the orientation, keeps frames, drops metadata. Throws unsupported_file when the image cannot be decoded. */
  async reencode(userId: string, path: string, mimeType: string): Promise<ProcessedImage> {
    const sharp = await (this.library ??= loadSharp());
    return this.queue.run(userId, async () => {
      try {
        return await reencodeImage(sharp, path, mimeType);
      } catch (error) {
        if (error instanceof AppError) throw error;
        throw isTransientError(error)
          ? storageUnavailable(error)
          : unsupportedFile('The image cannot be read.');
      }
    });
  }
}

/** Whether disk or time limit caused the error, not the image. libvips reports both as text only. */
function isTransientError(error: unknown): boolean {
  const { syscall, message } = error as { syscall?: string; message?: string };
  return syscall !== undefined || TRANSIENT_ERROR.test(message ?? '');
}

async function reencodeImage(sharp: SharpLibrary, path: string, mimeType: string): Promise<ProcessedImage> {
  const { format, maxPixels, write } = FORMATS[mimeType]!;
  const options: SharpOptions = {
    limitInputPixels: maxPixels,
    failOn: 'error',
    sequentialRead: true,
    animated: true,
  };
  if (mimeType === 'image/webp' && (await hasMoreFrames(path, MAX_FRAMES))) throw tooManyFrames();
  const metadata = await sharp(path, { ...options, limitInputPixels: false }).metadata();
  if (metadata.format !== format) throw unsupportedFile('The image content does not match its signature.');
  validateImageSize(metadata, maxPixels);

  const frames = metadata.pages ?? 1;
  const [clean, thumbnail] = [`${path}.clean`, `${path}.thumbnail`];
  const image = sharp(path, options);
  const written = await write(frames > 1 ? image : image.autoOrient())
    .timeout({ seconds: MAX_SECONDS })
    .toFile(clean);
  const thumbnailInfo = await sharp(clean, { limitInputPixels: maxPixels })
    .resize(THUMBNAIL)
    .webp({ quality: 75 })
    .timeout({ seconds: MAX_SECONDS })
    .toFile(thumbnail);
  return {
    path: clean,
    size: (await stat(clean)).size,
    width: written.width,
    height: frames > 1 ? (metadata.pageHeight ?? written.height) : written.height,
    thumbnailPath: thumbnail,
    thumbnailSize: thumbnailInfo.size,
  };
}

/** Checks the header before any decoding. */
function validateImageSize(
  { width, height, pages = 1, pageHeight = height }: Metadata,
  maxPixels: number,
): void {
  if (width > MAX_SIDE_LENGTH || pageHeight > MAX_SIDE_LENGTH)
    throw unsupportedFile(`The maximum image side is ${MAX_SIDE_LENGTH} pixels.`);
  if (width * pageHeight * pages > maxPixels)
    throw unsupportedFile(`The maximum image size is ${maxPixels / 1e6} megapixels in all frames.`);
  if (pages > MAX_FRAMES) throw tooManyFrames();
}

function tooManyFrames(): AppError {
  return unsupportedFile(`The maximum number of frames is ${MAX_FRAMES}.`);
}

/** Loaded on first use. All loaders except those in FORMATS are blocked, so that no content selects another decoder. */
async function loadSharp(): Promise<SharpLibrary> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: Object.values(FORMATS).map(({ loader }) => loader) });
  return sharp;
}

const [HEAD, CHUNK_HEAD, FRAME_HEAD, BLOCK] = [12, 8, 16, 64 * 1024];

/**
 * Whether a WebP file has more frames than the limit, or an excessive number of chunks. Counts chunk headers, because
 * libwebp takes quadratic time in the number of frames to report it.
 */
export async function hasMoreFrames(path: string, limit: number): Promise<boolean> {
  const file = await open(path);
  try {
    const block = Buffer.alloc(BLOCK);
    let [start, length] = [0, (await file.read(block, 0, BLOCK, 0)).bytesRead];
    if (length < HEAD) return false;
    const end = CHUNK_HEAD + block.readUInt32LE(4);
    let [frames, others] = [0, 0];
    for (let at = HEAD; at + CHUNK_HEAD <= end;) {
      if (at + CHUNK_HEAD > start + length) {
        start = at;
        length = (await file.read(block, 0, BLOCK, at)).bytesRead;
        if (length < CHUNK_HEAD) return false;
      }
      const size = block.readUInt32LE(at - start + 4);
      const isFrame = block.toString('latin1', at - start, at - start + 4) === 'ANMF';
      // A valid image has few chunks other than frames.
      if (isFrame ? ++frames > limit : ++others > 4 * limit) return true;
      // Like libwebp, continues inside the frame: a frame's declared size may hide further frames.
      at += CHUNK_HEAD + (isFrame ? FRAME_HEAD : size + (size % 2));
    }
    return false;
  } finally {
    await file.close();
  }
}
