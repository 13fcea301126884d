import fc from 'fast-check';
import {
  exceedsJsonLimits,
  findPrototypeKey,
  JSON_MAX_BYTES,
  JSON_MAX_DEPTH,
  JSON_MAX_VALUES,
} from './json-limits.js';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('The JSON limits', () => {
  it('count the depth of the parsed value, for any content of its texts', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'max', maxDepth: JSON_MAX_DEPTH + 4, withCrossShrink: true },
        fc.string({ unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', 'a', '\u0122', '😀') }),
        fc.array(tie('value'), { maxLength: 2, size: 'max' }),
        fc.dictionary(fc.constantFrom('a', '[', '"{', '\\'), tie('value'), { maxKeys: 2, size: 'max' }),
      ),
    }));
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(value, fc.nat(JSON_MAX_DEPTH), (inner, more) => {
        const json = '['.repeat(more) + JSON.stringify(inner) + ']'.repeat(more);
        const isTooDeep = depthOf(inner) + more > JSON_MAX_DEPTH;
        seen.add(isTooDeep);
        expect(exceedsJsonLimits(json)).toBe(isTooDeep);
        expect(exceedsJsonLimits(Buffer.from(json))).toBe(isTooDeep);
      }),
      { numRuns: 500 },
    );
    expect(seen.size).toBe(2);
  });

  it('hold at their bounds, also for truncated text and text that is no JSON', () => {
    expect(exceedsJsonLimits(nested(JSON_MAX_DEPTH))).toBe(false);
    expect(exceedsJsonLimits(nested(JSON_MAX_DEPTH + 1))).toBe(true);
    expect(exceedsJsonLimits('{"a":'.repeat(JSON_MAX_DEPTH + 1))).toBe(true);
    expect(exceedsJsonLimits(`["${'['.repeat(5_000)}"]`)).toBe(false);
    expect(exceedsJsonLimits(`["\\"${'['.repeat(5_000)}"]`)).toBe(false);
    expect(exceedsJsonLimits(`["\\\\",${nested(JSON_MAX_DEPTH)}]`)).toBe(true);
    expect(exceedsJsonLimits('a'.repeat(JSON_MAX_BYTES))).toBe(false);
    expect(exceedsJsonLimits('a'.repeat(JSON_MAX_BYTES + 1))).toBe(true);
    expect(exceedsJsonLimits(JSON.stringify(Array(JSON_MAX_VALUES).fill(1)))).toBe(false);
    expect(exceedsJsonLimits(JSON.stringify(Array(JSON_MAX_VALUES + 1).fill(1)))).toBe(true);
    expect(exceedsJsonLimits(`["${','.repeat(JSON_MAX_VALUES)}"]`)).toBe(false);
    expect(exceedsJsonLimits('')).toBe(false);
  });
});

describe('Keys of Object.prototype', () => {
  it.each([
    ['{"__proto__":1}', '__proto__'],
    ['{"a":{"b":[{"constructor":1}]}}', 'a.b.0.constructor'],
    ['[{"prototype":null}]', '0.prototype'],
    ['{"toString":1}', 'toString'],
    ['{"a":{"hasOwnProperty":1}}', 'a.hasOwnProperty'],
    ['{"__defineGetter__":1}', '__defineGetter__'],
    ['{"a":"__proto__","proto":{"__PROTO__":[null,1,"constructor"]}}', undefined],
    ['"__proto__"', undefined],
    ['null', undefined],
  ])('are found in %s', (json, path) => expect(findPrototypeKey(JSON.parse(json))).toBe(path));
});
