import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../../kernel/errors/app-error.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import { storageUnavailable, Storage, type ByteRange } from './storage.js';

/** Objects as files in a directory. Incoming files are in the same directory tree, so that a rename publishes an object. */
export class LocalStorage extends Storage {
  private readonly objects: string;

  constructor(directory: string) {
    super(directory);
    this.objects = join(directory, 'objects');
  }

  putObject(key: string, file: string): Promise<void> {
    return mapStorageErrors(async () => {
      const path = join(this.objects, key);
      await mkdir(dirname(path), { recursive: true });
      await syncToDisk(file);
      await rename(file, path);
      for (let folder = dirname(path); folder.startsWith(this.objects); folder = dirname(folder))
        await syncToDisk(folder);
    });
  }

  readObject(key: string, { first, last }: ByteRange): Promise<Readable> {
    return mapStorageErrors(async () => {
      const handle = await open(join(this.objects, key)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? notFound() : error;
      });
      return handle.createReadStream({ start: first, end: last });
    });
  }

  deleteObjects(keys: readonly string[]): Promise<void> {
    return mapStorageErrors(async () => {
      for (const key of keys) await rm(join(this.objects, key), { force: true });
    });
  }
}

/** fsync of a file or directory. */
async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function mapStorageErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? error : storageUnavailable(error);
  }
}
