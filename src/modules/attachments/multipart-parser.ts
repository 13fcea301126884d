import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy, { type Busboy, type FileInfo } from 'busboy';
import type { Request } from 'express';
import type { AppError } from '../../kernel/errors/app-error.js';
import { payloadTooLarge, validationFailed } from '../../kernel/errors/base.errors.js';
import { ReceivedFile } from '../../kernel/validation/rules.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { uploadStalled } from './attachments.errors.js';
import { faultOfName } from './file-names.js';
import { storeUnavailable } from './storage/store-unavailable.js';

export interface FormLimits {
  maxBytes: number;
  idleMs: number;
}

const FILE_FIELD = 'file';
const MAX_FIELDS = 10;
const MAX_FIELD_LENGTH = 1_000;
const MAX_FIELD_NAME_LENGTH = 100;
const MAX_HEADERS = 20;
/** Around the file: boundaries, headers, fields, and what stands before and after the form. */
const FRAME_BYTES = 64 * 1024;

/** Reads one form with one file: its fields into memory, the file as it comes onto the disk. */
export class MultipartParser {
  private readonly fields = Object.create(null) as Record<string, unknown>;
  private writing?: Promise<void>;
  private received?: () => ReceivedFile;

  constructor(
    private readonly request: Request,
    private readonly directory: string,
    private readonly limits: FormLimits,
  ) {}

  /** All that the form holds, once it is complete. Whatever it throws, nothing is written any more by then. */
  async read(): Promise<Record<string, unknown>> {
    if (Number(this.request.headers['content-length'] ?? 0) > this.limits.maxBytes + FRAME_BYTES)
      throw this.tooLarge();
    const parser = this.parser();
    try {
      await this.feed(parser);
      await this.writing;
    } catch (error) {
      this.request.unpipe(parser);
      parser.destroy();
      await this.writing?.catch(() => undefined);
      throw error;
    }
    if (!this.received) return this.fields;
    if (FILE_FIELD in this.fields) throw validationError([{ field: FILE_FIELD, code: 'duplicate_field' }]);
    const file = this.received();
    if (file.size === 0) throw validationError([{ field: FILE_FIELD, code: 'empty' }]);
    return { ...this.fields, [FILE_FIELD]: file };
  }

  private parser(): Busboy {
    try {
      return busboy({
        headers: this.request.headers,
        preservePath: true,
        defParamCharset: 'utf8',
        limits: {
          files: 1,
          fields: MAX_FIELDS,
          parts: MAX_FIELDS + 1,
          fieldNameSize: MAX_FIELD_NAME_LENGTH,
          fieldSize: MAX_FIELD_LENGTH,
          headerPairs: MAX_HEADERS,
          fileSize: this.limits.maxBytes + 1, // what is as long as the limit counts as cut
        },
      });
    } catch {
      throw validationFailed('The body is no form that can be read.');
    }
  }

  private feed(parser: Busboy): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const fail = (error: AppError | Error): void => {
        clearInterval(idle);
        reject(error);
      };
      const idle = this.whenIdle(() => fail(uploadStalled()));
      const onCut = (): void => void (this.request.complete || fail(cut()));
      let bytes = 0;
      const count = (chunk: Buffer): void => {
        bytes += chunk.length;
        if (bytes > this.limits.maxBytes + FRAME_BYTES) fail(this.tooLarge());
      };
      this.request.once('close', onCut).once('error', onCut).on('data', count);
      parser
        .on('field', (name: string | undefined = '', value, { nameTruncated, valueTruncated }) => {
          if (nameTruncated || valueTruncated) fail(validationError([{ field: name, code: 'too_long' }]));
          else if (name in this.fields) fail(validationError([{ field: name, code: 'duplicate_field' }]));
          else this.fields[name] = value;
        })
        .on('file', (name: string | undefined = '', content, info) => this.keep(name, content, info, fail))
        .on('filesLimit', () => fail(validationError([{ field: FILE_FIELD, code: 'duplicate_field' }])))
        .on('fieldsLimit', () => fail(validationFailed('The form has too many fields.')))
        .on('partsLimit', () => fail(validationFailed('The form has too many parts.')))
        .on('error', () => fail(validationFailed('The body is no form that can be read.')))
        .on('close', () => {
          clearInterval(idle);
          this.request.off('close', onCut).off('error', onCut).off('data', count);
          resolve();
        });
      this.request.pipe(parser);
    });
  }

  private keep(
    field: string,
    content: Readable,
    { filename: name = '', mimeType }: FileInfo & { filename?: string },
    fail: (error: Error) => void,
  ): void {
    content.on('error', () => undefined); // whoever cut it knows why
    const fault = faultOfFile(field, name);
    if (fault) {
      content.resume();
      return fail(fault);
    }
    const path = join(this.directory, 'received');
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    content.on('limit', () => fail(this.tooLarge()));
    this.writing = pipeline(content, file).catch((error: unknown) => {
      throw content.errored ? cut() : storeUnavailable(error);
    });
    this.writing.catch(fail);
    this.received = () => new ReceivedFile(path, file.bytesWritten, name, mimeType);
  }

  private tooLarge(): AppError {
    return payloadTooLarge(`A file has at most ${this.limits.maxBytes} bytes.`);
  }

  /** Looks now and then whether anything has come since it last looked. */
  private whenIdle(giveUp: () => void): NodeJS.Timeout {
    let seen = this.request.socket.bytesRead;
    return setInterval(() => {
      if (this.request.socket.bytesRead === seen) giveUp();
      seen = this.request.socket.bytesRead;
    }, this.limits.idleMs).unref();
  }
}

/** Nobody is there to read it. */
function cut(): AppError {
  return validationFailed('The upload was cut.');
}

function faultOfFile(field: string, name: string): Error | undefined {
  if (field !== FILE_FIELD) return validationError([{ field, code: 'unknown_field' }]);
  const code = faultOfName(name);
  return code ? validationError([{ field: FILE_FIELD, code }]) : undefined;
}
