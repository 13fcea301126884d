import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type sharpLibrary from 'sharp';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { AppError } from '../../kernel/errors/app-error.js';
import { unsupportedFile } from './attachments.errors.js';
import { storeUnavailable } from './storage/store-unavailable.js';
import { hasMoreFrames } from './webp-frames.js';

type SharpLibrary = typeof sharpLibrary;

/** A picture made anew: nothing of the bytes that came is in it. */
export interface Picture {
  path: string;
  size: number;
  width: number;
  height: number;
  thumbnailPath: string;
  thumbnailSize: number;
}

/** Pixels of all frames together. */
const MAX_PIXELS = 64_000_000;
/** Of what is coded as a whole, not by rows: an AVIF of the others' limit took 2.7 gigabytes. */
const MAX_CONCURRENT_PIXELS = 16_000_000;
/** WebP knows no longer ones. */
const MAX_SIDE_LENGTH = 16_383;
const MAX_FRAMES = 1_000;
const MAX_SECONDS = 30;
const THUMBNAIL = { width: 512, height: 512, fit: 'inside', withoutEnlargement: true } as const;
const AT_ONCE = 2;
const OUR_TROUBLE = /^timeout: |no space left|input\/output error|too many open files|quota exceeded/i;

/** How each type is read (the loader of libvips and its name for the type) and written. */
const FORMATS: Record<
  string,
  { loader: string; format: string; mostPixels: number; write: (image: Sharp) => Sharp }
> = {
  'image/jpeg': {
    loader: 'VipsForeignLoadJpeg',
    format: 'jpeg',
    mostPixels: MAX_PIXELS,
    write: (image) => image.jpeg({ quality: 85 }),
  },
  'image/png': {
    loader: 'VipsForeignLoadPng',
    format: 'png',
    mostPixels: MAX_PIXELS,
    write: (image) => image.png(),
  },
  'image/webp': {
    loader: 'VipsForeignLoadWebp',
    format: 'webp',
    mostPixels: MAX_CONCURRENT_PIXELS,
    write: (image) => image.webp({ quality: 85 }),
  },
  'image/gif': {
    loader: 'VipsForeignLoadNsgif',
    format: 'gif',
    mostPixels: MAX_PIXELS,
    write: (image) => image.gif({ effort: 4 }),
  },
  'image/avif': {
    loader: 'VipsForeignLoadHeif',
    format: 'heif',
    mostPixels: MAX_CONCURRENT_PIXELS,
    write: (image) => image.avif({ quality: 60, effort: 2 }),
  },
};
export const PICTURE_TYPES = new Set(Object.keys(FORMATS));

/** Makes pictures of pictures, few at once: decoders are the most attacked code there is, and the hungriest. */
@Injectable()
export class ImageProcessor {
  private readonly limit = pLimit(AT_ONCE);
  private library?: Promise<SharpLibrary>;

  /** Decodes and encodes it, upright, its frames kept, its metadata not; refuses what it cannot decode. */
  async reencode(path: string, mimeType: string): Promise<Picture> {
    const sharp = await (this.library ??= load());
    return this.limit(async () => {
      try {
        return await remake(sharp, path, mimeType);
      } catch (error) {
        if (error instanceof AppError) throw error;
        throw isTransientError(error)
          ? storeUnavailable(error)
          : unsupportedFile('The picture cannot be read.');
      }
    });
  }
}

/** The disk or the hurry, not the picture: the library has only words for it. */
function isTransientError(error: unknown): boolean {
  const { syscall, message } = error as { syscall?: string; message?: string };
  return syscall !== undefined || OUR_TROUBLE.test(message ?? '');
}

async function remake(sharp: SharpLibrary, path: string, mimeType: string): Promise<Picture> {
  const { format, mostPixels, write } = FORMATS[mimeType]!;
  const options: SharpOptions = {
    limitInputPixels: mostPixels,
    failOn: 'error',
    sequentialRead: true,
    animated: true,
  };
  if (mimeType === 'image/webp' && (await hasMoreFrames(path, MAX_FRAMES))) throw tooManyFrames();
  const about = await sharp(path, { ...options, limitInputPixels: false }).metadata();
  if (about.format !== format) throw unsupportedFile('The picture is not of the type that it begins as.');
  requireSize(about, mostPixels);

  const frames = about.pages ?? 1;
  const [clean, thumbnail] = [`${path}.clean`, `${path}.thumbnail`];
  const image = sharp(path, options);
  const made = await write(frames > 1 ? image : image.autoOrient())
    .timeout({ seconds: MAX_SECONDS })
    .toFile(clean);
  const small = await sharp(clean, { limitInputPixels: mostPixels })
    .resize(THUMBNAIL)
    .webp({ quality: 75 })
    .timeout({ seconds: MAX_SECONDS })
    .toFile(thumbnail);
  return {
    path: clean,
    size: (await stat(clean)).size,
    width: made.width,
    height: frames > 1 ? (about.pageHeight ?? made.height) : made.height,
    thumbnailPath: thumbnail,
    thumbnailSize: small.size,
  };
}

/** By what its head says, before anything is decoded. */
function requireSize({ width, height, pages = 1, pageHeight = height }: Metadata, mostPixels: number): void {
  if (width > MAX_SIDE_LENGTH || pageHeight > MAX_SIDE_LENGTH)
    throw unsupportedFile(`A picture has at most ${MAX_SIDE_LENGTH} pixels a side.`);
  if (width * pageHeight * pages > mostPixels)
    throw unsupportedFile(`A picture has at most ${mostPixels / 1e6} million pixels, all frames together.`);
  if (pages > MAX_FRAMES) throw tooManyFrames();
}

function tooManyFrames(): AppError {
  return unsupportedFile(`A picture has at most ${MAX_FRAMES} frames.`);
}

/** Loaded when first needed. What no format here needs is closed, so that no content can choose another decoder. */
async function load(): Promise<SharpLibrary> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: Object.values(FORMATS).map(({ loader }) => loader) });
  return sharp;
}
