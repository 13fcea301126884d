import { gzipSync } from 'node:zlib';
import {
  nonObjectInputs,
  UNKNOWN_FIELD,
  toJson,
  type InvalidInput,
  type Fields,
  type InputSchema,
} from './invalid-inputs.js';
import { DEEP_ARRAY, DEEP_OBJECT, MARKER } from './fuzz-inputs.js';
import type { RawRequest } from '../clients/raw-transports.js';

export interface InvalidRequest extends RawRequest {
  title: string;
  status: number;
  field?: string;
}

interface Route {
  method: string;
  template: string;
  inPath: string[];
  inQuery: boolean;
}

const json = JSON.stringify;
const JSON_TYPE = { 'content-type': 'application/json' };
/** Node.js rejects a request line and headers of more than 16 KiB. */
const MAX_URL_LENGTH = 15_000;
const ANOTHER_UUID = '01890000-0000-7000-8000-0000000000bb';

export function routeOf(rest: string): Route {
  const [method, template] = rest.split(' ') as [string, string];
  const inPath = [...template.matchAll(/\{(\w+)\}/g)].map(([, field]) => field!);
  return { method, template, inPath, inQuery: method === 'GET' || method === 'DELETE' };
}

/**
 * An invalid input as a request; undefined when the route cannot carry it, because a path and a query contain
 * text only.
 */
export function toRequests(
  rest: string,
  invalid: InvalidInput,
  schema: InputSchema,
  validFields: Fields,
): InvalidRequest[] {
  const { method, template, inPath, inQuery } = routeOf(rest);
  const { title, status, field, input } = invalid;
  if (typeof input === 'string' || inPath.some((name) => !(name in input) || asText(input[name]!) === ''))
    return [];
  const inText = inQuery ? Object.keys(input) : inPath;
  const changed = inText.filter((name) => input[name] !== validFields[name]);
  if (
    changed.some(
      (name) => status === 413 || !isUnchangedByParser(input[name]!, schema.properties?.[name]?.type),
    )
  )
    return [];

  const others = Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.includes(name)));
  const path = pathOf(template, input) + (inQuery ? queryOf(others) : '');
  if (path.length > MAX_URL_LENGTH) return [{ title, method, path, status: 431 }];
  const bodyOptions = inQuery ? {} : { headers: JSON_TYPE, body: toJson(others) };
  return [{ title, method, path, status, field, ...bodyOptions }];
}

/** Invalid requests apart from their fields. `validFields` contains the required fields, `allFields` all fields. */
export function invalidRequests(
  rest: string,
  validFields: Fields,
  allFields: Fields,
  maxBytes?: number,
): InvalidRequest[] {
  const route = routeOf(rest);
  const { method, template, inPath } = route;
  const path = pathOf(template, validFields);
  const inBadPath = inPath.flatMap((field) =>
    ['%zz', '%ff', '%c0%80', '%ed%a0%80', '%', '%u0041', '..%2f..', '%2e%2e%5c', '%00'].map((segment) => ({
      ...(route.inQuery ? {} : { headers: JSON_TYPE, body: '{}' }),
      title: `${field} = ${segment}`,
      method,
      path: template
        .replace(`{${field}}`, segment)
        .replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(asText(validFields[name]!))),
      status: 400,
    })),
  );
  const long = { title: 'a URL of 20 kB', method, path: `${path}?${MARKER.repeat(2_500)}`, status: 431 };
  return [
    ...inBadPath,
    long,
    ...(route.inQuery
      ? badQueries(route, path, validFields, allFields)
      : badBodies(route, path, validFields, maxBytes)),
  ];
}

function badQueries(
  { method, inPath }: Route,
  path: string,
  validFields: Fields,
  allFields: Fields,
): InvalidRequest[] {
  const isInQuery = ([field]: [string, string]): boolean => !inPath.includes(field);
  const query = queryOf(Object.fromEntries(Object.entries(validFields).filter(isInQuery)));
  const repeated = Object.entries(allFields)
    .filter(isInQuery)
    .flatMap(([field, text]) => {
      const pair = `${field}=${encodeURIComponent(asText(text))}`;
      const repeatedPairs = [pair, `${field}=${ANOTHER_UUID}`, `${field}=${MARKER}`].map(
        (again) => `${pair}&${again}`,
      );
      const nested = ['[]', '[a]', '.a'].map((suffix) => `${field}${suffix}=${MARKER}`);
      return [
        ...repeatedPairs.map((query) => ({
          title: query,
          method,
          path: `${path}?${query}`,
          status: 400,
          field,
        })),
        ...nested.map((query) => ({ title: query, method, path: `${path}?${query}`, status: 400 })),
      ];
    });
  const inBoth = inPath.map((field) => ({
    title: `${field} in the query too`,
    method,
    path: `${path}?${field}=${MARKER}`,
    status: 400,
    field,
  }));
  const bodies: Pick<InvalidRequest, 'title' | 'body' | 'status' | 'field' | 'headers'>[] = [
    { title: 'a body', body: json({ [UNKNOWN_FIELD]: MARKER }), status: 400, field: UNKNOWN_FIELD },
    { title: 'an array as body', body: json([MARKER]), status: 400 },
    { title: 'malformed JSON', body: `{"${MARKER}`, status: 400 },
    { title: 'a deep body', body: DEEP_ARRAY, status: 413 },
    { title: 'a text as body', body: MARKER, headers: { 'content-type': 'text/plain' }, status: 415 },
  ];
  return [
    ...repeated,
    ...inBoth,
    ...bodies.map((invalid) => ({ headers: JSON_TYPE, ...invalid, method, path: path + query })),
  ];
}

function badBodies(
  { method, inPath }: Route,
  path: string,
  validFields: Fields,
  maxBytes?: number,
): InvalidRequest[] {
  const body = toJson(
    Object.fromEntries(Object.entries(validFields).filter(([field]) => !inPath.includes(field))),
  );
  const send = (title: string, status: number, sent: string | Buffer, headers = {}): InvalidRequest => ({
    title,
    status,
    method,
    path,
    headers: { ...JSON_TYPE, ...headers },
    body: sent,
  });
  const type = (value: string): object => ({ 'content-type': value });
  const encoding = (value: string): object => ({ 'content-encoding': value });
  const broken = [
    '{',
    '{"a":',
    `{"${MARKER}"}`,
    `{"a":"${MARKER}",}`,
    'nul',
    MARKER,
    '{"a":NaN}',
    `{'a':1}`,
    '\0',
  ]
    .concat([body.slice(0, -1), body.slice(0, -4), `${body}}`, `${body}${body}`, `{"a":"${MARKER}\n"}`])
    .concat(['['.repeat(10), '{"a":"\\x"}', '{"a":01}', '{"a":"\\u12"}']);
  const bytes = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ';;;;']
    .concat(['application/xml', 'application/jsonx', 'application/json; charset=latin1', 'text/json', ''])
    .concat([
      'application/json; charset=utf-16',
      'application/json; charset=utf-7',
      'application/json; charset=x',
    ])
    .concat([`application/${MARKER}`, 'application/json; charset=utf-32le']);
  return [
    ...nonObjectInputs(maxBytes).map((invalid) =>
      send(`body ${invalid.title}`, invalid.status, toJson(invalid.input)),
    ),
    ...broken.filter(Boolean).map((text) => send(`malformed ${text.slice(0, 30)}`, 400, text)),
    ...bytes.map((invalid) => send(`bytes ${invalid.join()}`, 400, invalidUtf8(body, invalid))),
    ...types.map((value) => send(`content type ${value}`, 415, body, type(value))),
    send('encoding nonsense', 415, body, encoding(MARKER)),
    send('encoding twice', 415, gzipSync(gzipSync(body)), encoding('gzip, gzip')),
    send('no gzip', 400, body, encoding('gzip')),
    send('truncated gzip', 400, gzipSync(body).subarray(0, -9), encoding('gzip')),
    send('no deflate', 400, body, encoding('deflate')),
    send('no brotli', 400, body, encoding('br')),
    send('2 MB in 2 kB', 413, gzipSync(json({ [UNKNOWN_FIELD]: 'a'.repeat(2 ** 21) })), encoding('gzip')),
    send('deep and compressed', 413, gzipSync(DEEP_OBJECT), encoding('gzip')),
    send('2 MB', 413, json({ [UNKNOWN_FIELD]: 'a'.repeat(2 ** 21) })),
    send('unclosed and deep', 413, '['.repeat(5_000)),
    send('unclosed and deep objects', 413, '{"a":'.repeat(5_000)),
    { ...send('a query', 400, body), path: `${path}?${UNKNOWN_FIELD}=${MARKER}`, field: UNKNOWN_FIELD },
    { ...send('a query of prototypes', 400, body), path: `${path}?__proto__[a]=${MARKER}` },
    ...inPath.map((field) => ({
      ...send(
        `${field} in the body too`,
        400,
        `{${json(field)}:${validFields[field]!},${body.slice(1)}`.replace(',}', '}'),
      ),
      field,
    })),
  ];
}

/** The body with the given bytes inside of its last text. */
function invalidUtf8(body: string, bytes: number[]): Buffer {
  const text = body === '{}' ? '{"a":""}' : body;
  const end = text.lastIndexOf('"');
  return Buffer.concat([Buffer.from(text.slice(0, end)), Buffer.from(bytes), Buffer.from(text.slice(end))]);
}

function pathOf(template: string, input: Fields): string {
  return template.replace(/\{(\w+)\}/g, (_all, field: string) => encodeURIComponent(asText(input[field]!)));
}

function queryOf(fields: Fields): string {
  const pairs = Object.entries(fields).map(
    ([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(asText(text))}`,
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** A value as text of a path or a query; a list is separated by commas. */
function asText(text: string): string {
  const value = JSON.parse(text) as unknown;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  return typeof value === 'string' ? value : text;
}

/** True when an invalid value stays invalid and encodable as text. */
function isUnchangedByParser(text: string, type: string | undefined): boolean {
  const value = JSON.parse(text) as unknown;
  if (!asText(text).isWellFormed()) return false;
  return typeof value === 'string' || type !== 'string';
}
