import { countCodePoints } from '../../kernel/text/graphemes.js';
import { toName } from '../../kernel/validation/rules.js';

const MAX_LENGTH = 255;
/** Name of a file without a usable one. */
const DEFAULT_NAME = 'file';
/** Characters that browsers escape in the names of a form (WHATWG HTML, multipart form data). */
const ESCAPES: Record<string, string> = { '%22': '"', '%0a': '\n', '%0d': '\r' };
const EXTENSION = /\.[^.\s]{1,20}$/u;

/**
 * Name of an uploaded file: the last component of the path (RFC 7578, 4.2) in one line, without control and bidi control
 * characters (UTR 36), at most 255 code points with its extension. Any text has one.
 */
export function toFileName(received: string): string {
  const components = received
    .replace(/%(22|0a|0d)/gi, (escape) => ESCAPES[escape.toLowerCase()]!)
    .split(/[/\\]/)
    .map((component) => toName(component, Infinity));
  const name = components.findLast((component) => component && !/^\.{1,2}$/.test(component));
  return cutFileName(name ?? DEFAULT_NAME);
}

function cutFileName(name: string): string {
  if (countCodePoints(name) <= MAX_LENGTH) return name;
  const [extension = ''] = EXTENSION.exec(name) ?? [];
  const stem = name.slice(0, name.length - extension.length);
  return (toName(stem, MAX_LENGTH - countCodePoints(extension)) ?? DEFAULT_NAME) + extension;
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
