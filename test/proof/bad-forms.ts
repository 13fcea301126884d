import { BOUNDARY, fieldPart, filePart, formHeaders, formOfParts, part, type Form } from '../setup/forms.js';
import { SURPLUS, type Fields, type InputSchema } from './bad-inputs.js';
import type { BadRequest } from './bad-requests.js';
import { badValues } from './bad-values.js';
import { MARKER, PROTOTYPE_NAMES } from './nonsense.js';
import type { RawRequest } from './raw-doors.js';

const json = JSON.stringify;
const FILE = { name: 'a.txt', bytes: Buffer.from('Hello') };
const GOOD = filePart(FILE);
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

/** Names that lead elsewhere, or that nobody can read as they are. */
const BAD_NAMES = ['../x', '/etc/passwd', 'a/b', '..\\x', 'C:\\x', '..', '.', '', ' ', '\u200b'].concat([
  'a\tb',
  'a\u0085',
  'photo\u202egpj.exe',
  'a\u2066b',
  '\ufffd',
  'x'.repeat(256),
  '😀'.repeat(256),
]);

/** Everything that can be wrong with a form that carries one file, and with what comes instead of one. */
export function badForms(rest: string, schema: InputSchema): BadRequest[] {
  const [method, path] = rest.split(' ') as [string, string];
  const send = (what: string, status: number, { headers, body }: Form, field?: string): BadRequest => {
    return { what, status, method, path, headers, body, field };
  };
  const parts = (what: string, some: Buffer[], field?: string, status = 400): BadRequest =>
    send(what, status, formOfParts(some), field);
  const bytes = (
    what: string,
    body: Buffer | string,
    headers: Record<string, string> = formHeaders,
  ): BadRequest => send(what, 400, { headers, body: Buffer.from(body as string) });
  const other = (type: string, body: string): BadRequest =>
    send(`a body of ${type}`, 415, { headers: { 'content-type': type }, body: Buffer.from(body) });

  const fields = Object.entries(schema.properties ?? {}).filter(([, its]) => its.format !== 'binary');
  const badFields = fields.flatMap(([field, its]) => [
    ...badValues(field, its)
      .map((text): unknown => JSON.parse(text))
      .filter((value) => typeof value === 'string' && value.isWellFormed())
      .map((value) =>
        parts(`${field}: ${json(value).slice(0, 40)}`, [fieldPart(field, value as string), GOOD], field),
      ),
    parts(`${field} twice`, [fieldPart(field, 'a'), fieldPart(field, 'a'), GOOD], field),
    parts(`${field} as a file`, [GOOD, filePart(FILE, field)]),
    parts(`${field} that is no UTF-8`, [fieldPart(field, Buffer.from([0xff, 0xfe])), GOOD], field),
  ]);
  const surplus = [SURPLUS, ...PROTOTYPE_NAMES].flatMap((name) => [
    parts(`surplus ${name}`, [fieldPart(name, MARKER), GOOD], name),
    parts(`a surplus file ${name}`, [filePart(FILE, name)], name),
  ]);
  const names = BAD_NAMES.map((name) =>
    parts(`the name ${json(name)}`, [filePart({ ...FILE, name })], 'file'),
  );
  const encoded = ['a%00b', 'a%07b', '..%2fx', '%2e%2e', 'a%0d%0aX: b', '%ff'].map((name) => {
    const head = `Content-Disposition: form-data; name="file"; filename*=UTF-8''${name}`;
    return parts(`the encoded name ${name}`, [part(head, FILE.bytes)], 'file');
  });
  const heads = Array.from({ length: 200 }, (_, index) => `X-${index}: ${MARKER}`).join('\r\n');

  return [
    ...badFields,
    ...surplus,
    ...names,
    ...encoded,
    parts('no file', [fieldPart('clientId', 'a')], 'file'),
    parts('a text for a file', [fieldPart('file', MARKER)], 'file'),
    parts('a text and a file', [fieldPart('file', MARKER), GOOD], 'file'),
    parts('two files', [GOOD, GOOD], 'file'),
    parts('a file of nothing', [filePart({ ...FILE, bytes: Buffer.alloc(0) })], 'file'),
    parts('no name of a field', [part('Content-Disposition: form-data', Buffer.from(MARKER)), GOOD]),
    parts('no disposition', [part(`X: ${MARKER}`, Buffer.from(MARKER))]),
    parts('many headers', [part(heads, Buffer.from(MARKER))]),
    parts('many fields', [...Array.from({ length: 50 }, (_, index) => fieldPart(`f${index}`, 'a')), GOOD]),
    parts('a field of 100 kB', [fieldPart(SURPLUS, 'a'.repeat(100_000)), GOOD], SURPLUS),
    parts('a field with a long name', [fieldPart('f'.repeat(1_000), 'a'), GOOD]),
    parts('a header of 100 kB', [part(`X: ${'a'.repeat(100_000)}`, Buffer.from('a')), GOOD]),
    bytes('no boundary', GOOD, { 'content-type': 'multipart/form-data' }),
    bytes('another boundary', Buffer.concat([GOOD, END]), {
      'content-type': 'multipart/form-data; boundary=x',
    }),
    bytes('nothing', ''),
    bytes('no parts', END),
    bytes('no end', GOOD),
    bytes('half an end', Buffer.concat([GOOD, END.subarray(0, 9)])),
    bytes('nonsense', MARKER),
    bytes('a form that says it is compressed', Buffer.concat([GOOD, END]).reverse(), {
      ...formHeaders,
      'content-encoding': 'gzip',
    }),
    send('too much', 413, formOfParts([filePart({ ...FILE, bytes: Buffer.alloc(60 * 2 ** 20) })])),
    other('application/json', json({ file: MARKER })),
    other('application/x-www-form-urlencoded', 'file=a'),
    other('text/plain', MARKER),
    other('multipart/mixed; boundary=x', MARKER),
    other(';;;;', MARKER),
    { ...parts('a query', [GOOD], SURPLUS), path: `${path}?${SURPLUS}=${MARKER}` },
  ];
}

/** Fields at the edge of what is taken, with a good file. */
export function edgeForms(rest: string, fields: Fields): RawRequest[] {
  const [method, path] = rest.split(' ') as [string, string];
  const texts = Object.entries(fields)
    .map(([name, text]) => [name, JSON.parse(text) as unknown] as const)
    .filter(([name]) => name !== 'file');
  const { headers, body } = formOfParts([
    ...texts.map(([name, value]) => fieldPart(name, String(value))),
    GOOD,
  ]);
  return [{ method, path, headers, body }];
}
