import type { ByteRange } from './storage/storage.js';

const RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * What a Range header asks for of so many bytes (RFC 9110, 14): all of it, a span, or none that there is. More than one
 * span, and what cannot be understood, may be ignored: that is all of it.
 */
export function spanOf(header: string | undefined, size: number): ByteRange | 'all' | 'none' {
  const [, from = '', to = ''] = RANGE.exec(header ?? '') ?? [];
  if (from === '' && to === '') return 'all';
  if (from === '')
    return Number(to) === 0 ? 'none' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  if (to !== '' && Number(to) < Number(from)) return 'all';
  if (Number(from) >= size) return 'none';
  return { first: Number(from), last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
