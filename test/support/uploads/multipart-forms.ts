/** File part of a form. */
export interface FormFile {
  name: string;
  bytes: Buffer;
  /** Declared media type; omitted when undefined. */
  type?: string;
}

export interface MultipartForm {
  headers: Record<string, string>;
  body: Buffer;
}

export const BOUNDARY = 'the-boundary-of-the-tests';
export const formHeaders = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** Form with fields and files, assembled by hand so that it can contain any bytes. */
export function toMultipartForm(fields: Record<string, unknown>): MultipartForm {
  return joinParts(
    Object.entries(fields).map(([name, value]) =>
      isFile(value) ? toFilePart(value, name) : toFieldPart(name, asText(value)),
    ),
  );
}

export function joinParts(parts: Buffer[]): MultipartForm {
  return { headers: formHeaders, body: Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]) };
}

export function toFieldPart(name: string, value: string | Buffer): Buffer {
  return toPart(`Content-Disposition: form-data; name="${name}"`, Buffer.from(value as string));
}

export function toFilePart({ name, bytes, type }: FormFile, field = 'file'): Buffer {
  const head = `Content-Disposition: form-data; name="${field}"; filename="${name.replace(/["\\]/g, '\\$&')}"`;
  return toPart(type ? `${head}\r\nContent-Type: ${type}` : head, bytes);
}

/** File part with the given headers. */
export function toPart(head: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n${head}\r\n\r\n`), content, Buffer.from('\r\n')]);
}

function isFile(value: unknown): value is FormFile {
  return typeof value === 'object' && value !== null && 'bytes' in value;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
