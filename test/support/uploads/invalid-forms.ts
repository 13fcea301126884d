import {
  BOUNDARY,
  toFieldPart,
  toFilePart,
  formHeaders,
  joinParts,
  toPart,
  type MultipartForm,
} from './multipart-forms.js';
import { UNKNOWN_FIELD, type Fields, type InputSchema } from '../fuzz/invalid-inputs.js';
import type { InvalidRequest } from '../fuzz/invalid-requests.js';
import { invalidValues } from '../fuzz/invalid-values.js';
import { MARKER, PROTOTYPE_NAMES } from '../fuzz/fuzz-inputs.js';
import type { RawRequest } from '../clients/raw-transports.js';

const json = JSON.stringify;
const FILE = { name: 'a.txt', bytes: Buffer.from('Hello') };
const VALID_FILE_PART = toFilePart(FILE);
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

/** All invalid forms with one file, and all other invalid bodies. */
export function invalidForms(rest: string, schema: InputSchema): InvalidRequest[] {
  const [method, path] = rest.split(' ') as [string, string];
  const send = (
    title: string,
    status: number,
    { headers, body }: MultipartForm,
    field?: string,
  ): InvalidRequest => {
    return { title, status, method, path, headers, body, field };
  };
  const parts = (title: string, some: Buffer[], field?: string, status = 400): InvalidRequest =>
    send(title, status, joinParts(some), field);
  const bytes = (
    title: string,
    body: Buffer | string,
    headers: Record<string, string> = formHeaders,
  ): InvalidRequest => send(title, 400, { headers, body: Buffer.from(body as string) });
  const other = (type: string, body: string): InvalidRequest =>
    send(`a body of ${type}`, 415, { headers: { 'content-type': type }, body: Buffer.from(body) });

  const fields = Object.entries(schema.properties ?? {}).filter(
    ([, fieldSchema]) => fieldSchema.format !== 'binary',
  );
  const badFields = fields.flatMap(([field, fieldSchema]) => [
    ...invalidValues(field, fieldSchema)
      .map((text): unknown => JSON.parse(text))
      .filter((value) => typeof value === 'string' && value.isWellFormed())
      .map((value) =>
        parts(
          `${field}: ${json(value).slice(0, 40)}`,
          [toFieldPart(field, value as string), VALID_FILE_PART],
          field,
        ),
      ),
    parts(`${field} twice`, [toFieldPart(field, 'a'), toFieldPart(field, 'a'), VALID_FILE_PART], field),
    parts(`${field} as a file`, [VALID_FILE_PART, toFilePart(FILE, field)]),
    parts(
      `${field} that is no UTF-8`,
      [toFieldPart(field, Buffer.from([0xff, 0xfe])), VALID_FILE_PART],
      field,
    ),
  ]);
  const surplus = [UNKNOWN_FIELD, ...PROTOTYPE_NAMES].flatMap((name) => [
    parts(`surplus ${name}`, [toFieldPart(name, MARKER), VALID_FILE_PART], name),
    parts(`a surplus file ${name}`, [toFilePart(FILE, name)], name),
  ]);
  const heads = Array.from({ length: 200 }, (_, index) => `X-${index}: ${MARKER}`).join('\r\n');

  return [
    ...badFields,
    ...surplus,
    parts('a file without a name', [toFilePart({ ...FILE, name: '' })], 'file'),
    parts('no file', [toFieldPart('clientId', 'a')], 'file'),
    parts('a text for a file', [toFieldPart('file', MARKER)], 'file'),
    parts('a text and a file', [toFieldPart('file', MARKER), VALID_FILE_PART], 'file'),
    parts('two files', [VALID_FILE_PART, VALID_FILE_PART], 'file'),
    parts('an empty file', [toFilePart({ ...FILE, bytes: Buffer.alloc(0) })], 'file'),
    parts('a field without a name', [
      toPart('Content-Disposition: form-data', Buffer.from(MARKER)),
      VALID_FILE_PART,
    ]),
    parts('no disposition', [toPart(`X: ${MARKER}`, Buffer.from(MARKER))]),
    parts('many headers', [toPart(heads, Buffer.from(MARKER))]),
    parts('many fields', [
      ...Array.from({ length: 50 }, (_, index) => toFieldPart(`f${index}`, 'a')),
      VALID_FILE_PART,
    ]),
    parts(
      'a field of 100 kB',
      [toFieldPart(UNKNOWN_FIELD, 'a'.repeat(100_000)), VALID_FILE_PART],
      UNKNOWN_FIELD,
    ),
    parts('a field with a long name', [toFieldPart('f'.repeat(1_000), 'a'), VALID_FILE_PART]),
    parts('a header of 100 kB', [toPart(`X: ${'a'.repeat(100_000)}`, Buffer.from('a')), VALID_FILE_PART]),
    bytes('no boundary', VALID_FILE_PART, { 'content-type': 'multipart/form-data' }),
    bytes('another boundary', Buffer.concat([VALID_FILE_PART, END]), {
      'content-type': 'multipart/form-data; boundary=x',
    }),
    bytes('nothing', ''),
    bytes('no parts', END),
    bytes('no end', VALID_FILE_PART),
    bytes('half an end', Buffer.concat([VALID_FILE_PART, END.subarray(0, 9)])),
    bytes('nonsense', MARKER),
    bytes('a form with a content encoding', Buffer.concat([VALID_FILE_PART, END]).reverse(), {
      ...formHeaders,
      'content-encoding': 'gzip',
    }),
    send('too much', 413, joinParts([toFilePart({ ...FILE, bytes: Buffer.alloc(60 * 2 ** 20) })])),
    other('application/json', json({ file: MARKER })),
    other('application/x-www-form-urlencoded', 'file=a'),
    other('text/plain', MARKER),
    other('multipart/mixed; boundary=x', MARKER),
    other(';;;;', MARKER),
    { ...parts('a query', [VALID_FILE_PART], UNKNOWN_FIELD), path: `${path}?${UNKNOWN_FIELD}=${MARKER}` },
  ];
}

/** Fields at the limits of the accepted values, with a valid file. */
export function edgeForms(rest: string, fields: Fields): RawRequest[] {
  const [method, path] = rest.split(' ') as [string, string];
  const texts = Object.entries(fields)
    .map(([name, text]) => [name, JSON.parse(text) as unknown] as const)
    .filter(([name]) => name !== 'file');
  const { headers, body } = joinParts([
    ...texts.map(([name, value]) => toFieldPart(name, String(value))),
    VALID_FILE_PART,
  ]);
  return [{ method, path, headers, body }];
}
