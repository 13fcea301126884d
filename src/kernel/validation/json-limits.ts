/** A message of 10,000 characters, each escaped as two `\uXXXX`, takes 120,000 bytes. */
export const JSON_MAX_BYTES = 256 * 1024;
export const JSON_MAX_DEPTH = 16;
/** Validating 80,000 values, which fit in 256 KB, blocks the event loop for a third of a second. */
export const JSON_MAX_VALUES = 5_000;

/** Limits of a JSON text. */
export interface JsonLimits {
  maxBytes: number;
  maxDepth: number;
  maxValues: number;
}

export const DEFAULT_JSON_LIMITS: JsonLimits = {
  maxBytes: JSON_MAX_BYTES,
  maxDepth: JSON_MAX_DEPTH,
  maxValues: JSON_MAX_VALUES,
};

/** Limits of a route with up to 1,000 items, set in its contract. */
export const BULK_LIMITS: JsonLimits = {
  ...DEFAULT_JSON_LIMITS,
  maxBytes: 2 * 1024 * 1024,
  maxValues: 10_000,
};

/** Limits of an operation without authentication: a few short fields. */
export const PUBLIC_LIMITS: JsonLimits = { ...DEFAULT_JSON_LIMITS, maxBytes: 16 * 1024 };

const [QUOTE, BACKSLASH, COMMA, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = Buffer.from(
  '"\\,[]{}',
) as unknown as number[];

/** True when a JSON text exceeds a limit. Both transports check before parsing, because deep values overflow recursive code. */
export function exceedsJsonLimits(
  json: string | Buffer,
  { maxBytes, maxDepth, maxValues }: JsonLimits = DEFAULT_JSON_LIMITS,
): boolean {
  if (json.length > maxBytes) return true;
  const at =
    typeof json === 'string' ? (index: number) => json.charCodeAt(index) : (index: number) => json[index];
  let depth = 0;
  let commas = 0;
  let inText = false;
  for (let index = 0; index < json.length; index++) {
    const character = at(index);
    if (inText) {
      if (character === BACKSLASH) index++;
      else if (character === QUOTE) inText = false;
    } else if (character === QUOTE) inText = true;
    else if (character === COMMA) {
      if (++commas >= maxValues) return true;
    } else if (character === OPEN_BRACKET || character === OPEN_BRACE) {
      if (++depth > maxDepth) return true;
    } else if (character === CLOSE_BRACKET || character === CLOSE_BRACE) depth--;
  }
  return false;
}

/** class-transformer silently drops keys of Object.prototype, and class-validator treats them as known. */
const PROTOTYPE_KEYS = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** Path of the first key of Object.prototype, or undefined. The value is within the limits above. */
export function findPrototypeKey(value: unknown, path = ''): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const keyPath = path ? `${path}.${key}` : key;
    if (PROTOTYPE_KEYS.has(key)) return keyPath;
    const nested = findPrototypeKey(item, keyPath);
    if (nested) return nested;
  }
  return undefined;
}
