import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../../../kernel/errors/app-error.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import { storeUnavailable } from './store-unavailable.js';
import { Storage, type Span } from './storage.js';

/** Keeps objects as files below one directory, of which the incoming ones are a part: so a rename makes an object. */
export class LocalStorage extends Storage {
  private readonly objects: string;

  constructor(directory: string) {
    super(directory);
    this.objects = join(directory, 'objects');
  }

  put(key: string, file: string): Promise<void> {
    return orUnavailable(async () => {
      const path = join(this.objects, key);
      await mkdir(dirname(path), { recursive: true });
      await flush(file);
      await rename(file, path);
      for (let folder = dirname(path); folder.startsWith(this.objects); folder = dirname(folder))
        await flush(folder);
    });
  }

  read(key: string, { first, last }: Span): Promise<Readable> {
    return orUnavailable(async () => {
      const handle = await open(join(this.objects, key)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? notFound() : error;
      });
      return handle.createReadStream({ start: first, end: last });
    });
  }

  delete(keys: readonly string[]): Promise<void> {
    return orUnavailable(async () => {
      for (const key of keys) await rm(join(this.objects, key), { force: true });
    });
  }
}

/** Onto the disk, not only into its cache. */
async function flush(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function orUnavailable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? error : storeUnavailable(error);
  }
}
