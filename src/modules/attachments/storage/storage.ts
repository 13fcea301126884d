import { join } from 'node:path';
import type { Readable } from 'node:stream';

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
