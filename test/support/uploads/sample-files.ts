import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32, createDeflate } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { FormFile } from './multipart-forms.js';

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

/** A picture with a red upper half and a blue lower half, which shows its orientation. */
export function drawImage(width: number, height: number): Sharp {
  const half = { width, height: Math.ceil(height / 2), channels: 3 as const, background: 'blue' };
  return sharp({ create: { width, height, channels: 3, background: 'red' } }).composite([
    { input: { create: half }, gravity: 'south' },
  ]);
}

export async function createImage(format: Format, width = 640, height = 480): Promise<FormFile> {
  const bytes = await drawImage(width, height)[format]().toBuffer();
  return { name: `picture.${format}`, bytes, type: `image/${format}` };
}

/** A picture as a phone stores it: rotated, with its location. */
export async function createPhotoWithLocation(place: string): Promise<FormFile> {
  const bytes = await drawImage(400, 200)
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { ImageDescription: place },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1', GPSLongitudeRef: 'E' },
    })
    .jpeg()
    .toBuffer();
  return { name: 'photo.jpg', bytes, type: 'image/jpeg' };
}

export async function createAnimation(format: 'gif' | 'webp', frames: number): Promise<FormFile> {
  const colours = Array.from({ length: frames }, (_, index) => ({
    r: index * 20,
    g: 0,
    b: 255 - index * 20,
  }));
  const pages = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width: 60, height: 40, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const joined = sharp(pages, { join: { animated: true } });
  const bytes = await joined[format]().toBuffer();
  return { name: `animation.${format}`, bytes, type: `image/${format}` };
}

export function createTextFile(text = 'Hello', name = 'note.txt'): FormFile {
  return { name, bytes: Buffer.from(text), type: 'text/plain' };
}

/** The start of an ISO base media file of a brand, sufficient for the detection of its type. */
export function toIsoMedia(brand: string): Buffer {
  return Buffer.concat([Buffer.from(`\0\0\0\x14ftyp${brand}\0\0\0\0${brand}`, 'latin1'), Buffer.alloc(500)]);
}
export const MP4 = toIsoMedia('mp42');

/** The start of a recording with a signature. */
export function toRecording(signature: string): Buffer {
  return Buffer.concat([Buffer.from(signature, 'latin1'), Buffer.alloc(500)]);
}

/** The start of a Matroska file. */
export const WEBM = Buffer.concat([
  Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104', 'hex'),
  Buffer.alloc(500),
]);

/** A picture in one colour, white or black, of the given size: nearly empty when compressed. */
export async function createBlankPng(width: number, height: number): Promise<Buffer> {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.writeUInt8(1, 8); // one bit per pixel
  const pixels = await buffer(
    Readable.from(zeros(height * (1 + Math.ceil(width / 8)))).pipe(createDeflate()),
  );
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function* zeros(count: number): Generator<Buffer> {
  const many = Buffer.alloc(2 ** 20);
  for (let left = count; left > 0; left -= many.length) yield many.subarray(0, Math.min(left, many.length));
}

/** Chunk of a PNG image. */
export function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** All files below a directory, recursively; empty when it does not exist. */
export async function listFiles(directory: string): Promise<string[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}
