import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** The bytes from the first to the last, both included. */
export interface Span {
  first: number;
  last: number;
}

/**
 * Keeps objects under keys. An object is there complete or not at all; none is ever changed. What the store cannot do now
 * is `service_unavailable`, and what it does not have is `not_found`.
 */
export abstract class Storage {
  /** A directory for files on their way in: they can become objects from there. */
  readonly incoming: string;

  constructor(directory: string) {
    this.incoming = join(directory, 'incoming');
  }

  /** Durable once it resolves. The file may be gone afterwards. */
  abstract put(key: string, file: string): Promise<void>;

  /** Resolves when the first bytes can be read. */
  abstract read(key: string, span: Span): Promise<Readable>;

  /** It does no harm to delete what is not there. */
  abstract delete(keys: readonly string[]): Promise<void>;
}

export const PARTS = ['file', 'thumbnail'] as const;
export type Part = (typeof PARTS)[number];

/** Spread over folders by the end of the id, which is random; its beginning is the time. */
export function keyOf(attachmentId: string, part: Part): string {
  const folders = `${attachmentId.slice(-2)}/${attachmentId.slice(-4, -2)}`;
  return part === 'file' ? `${folders}/${attachmentId}` : `${folders}/${attachmentId}.${part}`;
}
