import { open } from 'node:fs/promises';
import type sharpLibrary from 'sharp';
import type { Sharp } from 'sharp';
export type SharpLibrary = typeof sharpLibrary;

/** Format of images that browsers display. */
export interface ImageFormat {
  /** Loader of libvips. */
  loader: string;
  /** Format name of libvips. */
  name: string;
  /** Maximum number of pixels, in all frames, of an image that is re-encoded. */
  maxEncodedPixels: number;
  /** Maximum number of pixels, in one frame, of an image that is decoded for its thumbnail. */
  maxDecodedPixels: number;
  /** Whether the encoder writes all frames. */
  keepsFrames: boolean;
  write: (image: Sharp) => Sharp;
}

/** Maximum of an image whose decoder holds all pixels in memory. */
export const MAX_PIXELS = 64_000_000;
/** Maximum of an image that is decoded line by line or scaled down while it is decoded. */
const MAX_STREAMED_PIXELS = 268_000_000;
/** Maximum of encoders that hold the whole image. An AVIF image of MAX_PIXELS took 2.7 GB of memory. */
const MAX_WHOLE_IMAGE_PIXELS = 16_000_000;
/** An AVIF image of 63 million pixels took 1.2 GB and 24 s to decode, one of 24 million 0.5 GB and 2 s. */
const MAX_AVIF_PIXELS = 32_000_000;

export const IMAGE_FORMATS: Record<string, ImageFormat> = {
  'image/jpeg': {
    loader: 'VipsForeignLoadJpeg',
    name: 'jpeg',
    maxEncodedPixels: MAX_PIXELS,
    maxDecodedPixels: MAX_STREAMED_PIXELS,
    keepsFrames: false,
    write: (image) => image.jpeg({ quality: 85 }),
  },
  'image/png': {
    loader: 'VipsForeignLoadPng',
    name: 'png',
    maxEncodedPixels: MAX_PIXELS,
    maxDecodedPixels: MAX_STREAMED_PIXELS,
    keepsFrames: false,
    write: (image) => image.png(),
  },
  'image/webp': {
    loader: 'VipsForeignLoadWebp',
    name: 'webp',
    maxEncodedPixels: MAX_WHOLE_IMAGE_PIXELS,
    maxDecodedPixels: MAX_PIXELS,
    keepsFrames: true,
    write: (image) => image.webp({ quality: 85 }),
  },
  'image/gif': {
    loader: 'VipsForeignLoadNsgif',
    name: 'gif',
    maxEncodedPixels: MAX_PIXELS,
    maxDecodedPixels: MAX_PIXELS,
    keepsFrames: true,
    write: (image) => image.gif({ effort: 4 }),
  },
  'image/avif': {
    loader: 'VipsForeignLoadHeif',
    name: 'heif',
    maxEncodedPixels: MAX_WHOLE_IMAGE_PIXELS,
    maxDecodedPixels: MAX_AVIF_PIXELS,
    keepsFrames: false,
    write: (image) => image.avif({ quality: 60, effort: 2 }),
  },
};

/** Loaded on first use. All loaders except those of the formats are blocked, so that no content selects another decoder. */
export async function loadSharp(): Promise<SharpLibrary> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: Object.values(IMAGE_FORMATS).map(({ loader }) => loader) });
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
