import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { AppError } from '../../kernel/errors/app-error.js';
import { insufficientStorage, serviceUnavailable } from '../../kernel/errors/base.errors.js';

/** Byte range, both ends inclusive. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * Object store. An object is complete or absent and never changes. Throws service_unavailable when the store fails and
 * not_found for a missing object.
 */
export abstract class Storage {
  /** Directory for files being received. */
  readonly incoming: string;

  constructor(directory: string) {
    this.incoming = join(directory, 'incoming');
  }

  /** Durable when resolved. The source file may be moved. */
  abstract putObject(key: string, file: string): Promise<void>;

  /** Resolves when reading can begin. */
  abstract readObject(key: string, range: ByteRange): Promise<Readable>;

  /** Ignores missing objects. */
  abstract deleteObjects(keys: readonly string[]): Promise<void>;
}

export const PARTS = ['file', 'thumbnail'] as const;
export type Part = (typeof PARTS)[number];

/** Key of an object, spread over folders by the random end of the UUIDv7. */
export function toObjectKey(attachmentId: string, part: Part): string {
  const folders = `${attachmentId.slice(-2)}/${attachmentId.slice(-4, -2)}`;
  return part === 'file' ? `${folders}/${attachmentId}` : `${folders}/${attachmentId}.${part}`;
}

const RETRY_AFTER_MS = 5_000;
const logger = new Logger('Storage');

/** insufficient_storage or service_unavailable for the client; the cause is logged for the operator. */
export function storageUnavailable(cause: unknown): AppError {
  const { name, code } = cause as { name?: string; code?: string };
  logger.warn(`File storage failed: ${[name, code].filter(Boolean).join(' ')}`);
  if (isStorageFull(cause)) return insufficientStorage();
  return serviceUnavailable('File storage is unavailable. Try again.', {
    retryAfterMs: RETRY_AFTER_MS,
  });
}

const FULL_CODES = new Set(['ENOSPC', 'EDQUOT']);
/** libvips reports a full disk as text only. */
const FULL_TEXT = /no space left|quota exceeded/i;

/** True for a full disk or exhausted disk quota, and for a bucket without space (HTTP 507). */
function isStorageFull(cause: unknown): boolean {
  const { code, message, $metadata } = cause as {
    code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const isFullBucket = $metadata?.httpStatusCode === insufficientStorage.status;
  return isFullBucket || FULL_CODES.has(code ?? '') || FULL_TEXT.test(message ?? '');
}
