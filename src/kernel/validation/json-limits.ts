/** A message of 10,000 characters, each escaped as two `\uXXXX`, is 120,000 bytes: this leaves room for the rest. */
export const JSON_MAX_BYTES = 256 * 1024;
export const JSON_MAX_DEPTH = 16;
/** Checking a value takes longer than reading it: 80,000 of them, in 256 KB, hold up everybody for a third of a second. */
export const JSON_MAX_VALUES = 5_000;

/** How large JSON may be. */
export interface JsonLimits {
  maxBytes: number;
  maxDepth: number;
  maxValues: number;
}

export const USUAL_LIMITS: JsonLimits = {
  maxBytes: JSON_MAX_BYTES,
  maxDepth: JSON_MAX_DEPTH,
  maxValues: JSON_MAX_VALUES,
};

/** For a route that takes 1,000 things of some fields each: it says so in its contract. */
export const BULK_LIMITS: JsonLimits = { ...USUAL_LIMITS, maxBytes: 2 * 1024 * 1024, maxValues: 10_000 };

const [QUOTE, BACKSLASH, COMMA, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = Buffer.from(
  '"\\,[]{}',
) as unknown as number[];

/**
 * True when JSON text is larger, nested deeper or of more values than what is asked for. Both doors look before they
 * read on, because deep values break whatever recurses over them.
 */
export function exceedsJsonLimits(
  json: string | Buffer,
  { maxBytes, maxDepth, maxValues }: JsonLimits = USUAL_LIMITS,
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

/** class-transformer drops keys that every object inherits without a word, and class-validator takes them for known. */
const PROTOTYPE_KEYS = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** The path of a key that everything inherits, or undefined. The value has passed the limits above. */
export function findPrototypeKey(value: unknown, path = ''): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const here = path ? `${path}.${key}` : key;
    if (PROTOTYPE_KEYS.has(key)) return here;
    const below = findPrototypeKey(item, here);
    if (below) return below;
  }
  return undefined;
}
