import { v7 } from 'uuid';

/** A UUIDv7 (RFC 9562): made in the application, so that rows can refer to each other before they are written. */
export function newId(): string {
  return v7();
}
