import { textRule } from '../../kernel/validation/rules.js';

const MAX_LENGTH = 255;
const text = textRule(1, MAX_LENGTH);
/** Control characters, and those that make a name read otherwise than it is: `exe.gpj`. */
const TREACHEROUS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const PATH = /[/\\]|^\.{1,2}$/;

/** What is wrong with the name of a file, or nothing. */
export function faultOfName(name: string): string | undefined {
  if (name.includes('\ufffd')) return 'not_well_formed';
  return text(name) ?? (PATH.test(name) || TREACHEROUS.test(name) ? 'bad_form' : undefined);
}

/** RFC 6266 and RFC 8187: the name twice, for who reads ASCII alone, and for everybody. */
export function disposition(type: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return ascii === name
    ? `${type}; filename="${name}"`
    : `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
