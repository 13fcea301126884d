import fc from 'fast-check';
import { AppError } from '../errors/app-error.js';
import { cursorRule, textRule } from '../validation/rules.js';
import { cursor, instant, literal, seq, text, uuid, type CursorCodec } from './cursor.js';

const byIdAndSeq = cursor(uuid, seq);
const bySeq = cursor(seq);
const INVALID_CURSOR = ['validation_failed', [{ field: 'cursor', code: 'invalid_cursor' }]];

function decodeError<Values extends unknown[]>(decoder: CursorCodec<Values>, encoded: string): unknown {
  try {
    return decoder.decode(encoded);
  } catch (error) {
    return error instanceof AppError ? [error.kind.code, error.extras.errors] : error;
  }
}

function encodeJson(values: unknown): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

describe('A cursor', () => {
  it('decodes to the encoded sort keys and passes the rule of cursor fields', () => {
    const seqs = fc.nat(Number.MAX_SAFE_INTEGER);
    const instants = fc.date({ min: new Date(0), max: new Date(Date.UTC(9_999, 0)), noInvalidDate: true });
    const positions = cursor(instant, uuid, seq, text(textRule(1, 10)), literal('before', 'after'));
    fc.assert(
      fc.property(
        instants,
        fc.uuid(),
        seqs,
        fc.constantFrom('before', 'after'),
        (at, id, place, direction) => {
          const encoded = positions.encode(at, id, place, 'Title', direction);
          expect(cursorRule(encoded)).toBeUndefined();
          expect(positions.decode(encoded)).toEqual([at, id, place, 'Title', direction]);
        },
      ),
    );
  });

  it('is the start position when the query has none', () => {
    expect(bySeq.decode(undefined, [7])).toEqual([7]);
    expect(bySeq.decode(bySeq.encode(3), [7])).toEqual([3]);
  });

  it('is rejected when it is another text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.json()), (input) => {
        expect(decodeError(byIdAndSeq, input)).toEqual(INVALID_CURSOR);
        expect(decodeError(byIdAndSeq, Buffer.from(input).toString('base64url'))).toEqual(INVALID_CURSOR);
      }),
    );
  });

  it.each([[], [1, 2], [-1], [1.5], ['1'], [2 ** 53], [null], [[1]], [{}]])(
    'of %p is not a cursor of one seq',
    (...values) => expect(decodeError(bySeq, encodeJson(values))).toEqual(INVALID_CURSOR),
  );

  it('of another list is rejected', () => {
    const ofFirst = cursor(literal('first'), seq);
    const ofSecond = cursor(literal('second'), seq);
    expect(decodeError(ofSecond, ofFirst.encode('first', 1))).toEqual(INVALID_CURSOR);
    expect(decodeError(cursor(instant), bySeq.encode(Date.UTC(10_000, 0)))).toEqual(INVALID_CURSOR);
  });
});
