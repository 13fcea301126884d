import { z } from 'zod';

declare module 'zod' {
  interface GlobalMeta {
    /** Completes "must be …"; absent where every value is valid. */
    expected?: string;
  }
}

/** Reads a trimmed, non-empty value; `undefined` yields the default. */
export type Variable<Value> = z.ZodType<Value, string | undefined>;

export function text(fallback = ''): Variable<string> {
  return z.string().default(fallback);
}

export function choice<const Options extends readonly string[]>(
  options: Options,
  fallback: Options[number],
): Variable<Options[number]> {
  const expected = `one of ${options.join(', ')}`;
  return z.enum(options).default(fallback).meta({ expected });
}

export function integer(min: number, max: number, fallback: number): Variable<number> {
  const inRange = z.coerce.number<string>().min(min).max(max);
  const expected = `an integer from ${min} to ${max}`;
  return z.string().regex(/^\d+$/).pipe(inRange).default(fallback).meta({ expected });
}

export function boolean(fallback: boolean): Variable<boolean> {
  const value = z.enum(['true', 'false']).transform((raw) => raw === 'true');
  return value.default(fallback).meta({ expected: 'true or false' });
}

export function url(protocols: string[]): Variable<string> {
  const value = z
    .string()
    .refine((raw) => protocols.some((protocol) => raw.startsWith(`${protocol}//`)) && URL.canParse(raw));
  return value.default('').meta({ expected: `a URL with ${protocols.join(' or ')}` });
}

export function secret(minBytes: number): Variable<string> {
  const value = z.string().refine((raw) => Buffer.byteLength(raw) >= minBytes);
  return value.default('').meta({ expected: `at least ${minBytes} bytes long` });
}

/** Comma-separated items. */
export function list(
  isItem: (item: string) => boolean = Boolean,
  expected = 'a comma-separated list',
): Variable<string[]> {
  const value = z.string().transform((raw) =>
    raw
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );
  return value
    .refine((items) => items.every(isItem))
    .default([])
    .meta({ expected });
}

/** `stun:host:port`, `turn:host:port?transport=udp`: URIs without slashes. */
const ICE_URI =
  /^(stuns?|turns?):(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?)(?::(\d{1,5}))?(\?transport=(?:udp|tcp))?$/i;

/** Whether the item is the URI of a STUN (RFC 7064) or TURN (RFC 7065) server. */
export function isIceUri(item: string): boolean {
  const [, scheme = '', , port = '3478', transport] = ICE_URI.exec(item) ?? [];
  const isTransportAllowed = /^turn/i.test(scheme) || transport === undefined;
  return scheme !== '' && isTransportAllowed && Number(port) >= 1 && Number(port) <= 65_535;
}
