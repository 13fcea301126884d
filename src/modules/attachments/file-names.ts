import { textRule } from '../../kernel/validation/rules.js';

const MAX_LENGTH = 255;
const text = textRule(1, MAX_LENGTH);
/** Control characters and bidirectional overrides, which disguise an extension. */
const DECEPTIVE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const PATH = /[/\\]|^\.{1,2}$/;

/** Field error code of a file name; undefined when it is valid. */
export function findFileNameError(name: string): string | undefined {
  if (name.includes('\ufffd')) return 'not_well_formed';
  return text(name) ?? (PATH.test(name) || DECEPTIVE.test(name) ? 'bad_form' : undefined);
}

/** Content-Disposition (RFC 6266) with an ASCII name and, if needed, an encoded one (RFC 8187). */
export function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return ascii === name
    ? `${type}; filename="${name}"`
    : `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
