import fc from 'fast-check';
import { AppError } from '../errors/app-error.js';
import { cursorRule } from '../validation/rules.js';
import { decodeCursor, encodeCursor, isId, isSeq } from './cursor.js';

function refusalOf(cursor: string, ...expected: Parameters<typeof decodeCursor>[1][]): unknown {
  try {
    return decodeCursor(cursor, ...expected);
  } catch (error) {
    return error instanceof AppError ? [error.kind.code, error.extras.errors] : error;
  }
}

const NOT_A_CURSOR = ['validation_failed', [{ field: 'cursor', code: 'invalid_cursor' }]];
const seq = fc.nat(Number.MAX_SAFE_INTEGER);

describe('A cursor', () => {
  it('comes back as it was, and is what the rule of cursors lets through', () => {
    fc.assert(
      fc.property(fc.uuid(), seq, (id, place) => {
        const cursor = encodeCursor([id, place]);
        expect(cursorRule(cursor)).toBeUndefined();
        expect(decodeCursor(cursor, isId, isSeq)).toEqual([id, place]);
      }),
    );
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.json()), (text) => {
        expect(refusalOf(text, isId, isSeq)).toEqual(NOT_A_CURSOR);
        expect(refusalOf(Buffer.from(text).toString('base64url'), isId, isSeq)).toEqual(NOT_A_CURSOR);
      }),
    );
  });

  it.each([[], [1, 2], [-1], [1.5], ['1'], [2 ** 53], [null], [[1]], [{}]])(
    'of %p is not one of a seq',
    (...values) => expect(refusalOf(encodeCursor(values as number[]), isSeq)).toEqual(NOT_A_CURSOR),
  );
});
