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
import { toFileName } from './file-names.js';
import { storageUnavailable } from './storage.js';

/** Limits of one multipart request. */
export interface FormLimits {
  maxBytes: number;
  idleMs: number;
}

const FILE_FIELD = 'file';
const MAX_FIELDS = 10;
const MAX_FIELD_LENGTH = 1_000;
const MAX_FIELD_NAME_LENGTH = 100;
const MAX_HEADERS = 20;
/** Allowance for boundaries, headers, fields, preamble and epilogue. */
const OVERHEAD_BYTES = 64 * 1024;

/** Parses one multipart/form-data request (RFC 7578) with one file: fields into memory, the file onto the disk. */
export class MultipartParser {
  private readonly fields = Object.create(null) as Record<string, unknown>;
  private writing?: Promise<void>;
  private received?: () => ReceivedFile;

  constructor(
    private readonly request: Request,
    private readonly directory: string,
    private readonly limits: FormLimits,
  ) {}

  /** Fields and file of the complete form. After an error no writing continues. */
  async parseForm(): Promise<Record<string, unknown>> {
    if (Number(this.request.headers['content-length'] ?? 0) > this.limits.maxBytes + OVERHEAD_BYTES)
      throw this.fileTooLarge();
    const parser = this.createParser();
    try {
      await this.pipeRequest(parser);
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

  private createParser(): Busboy {
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
          fileSize: this.limits.maxBytes + 1, // busboy reports a file of exactly the limit as truncated
        },
      });
    } catch {
      throw validationFailed('The body is not a readable multipart form.');
    }
  }

  private pipeRequest(parser: Busboy): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const fail = (error: AppError | Error): void => {
        clearInterval(idle);
        reject(error);
      };
      const idle = this.watchIdle(() => fail(uploadStalled()));
      const onClose = (): void => void (this.request.complete || fail(uploadInterrupted()));
      let bytes = 0;
      const count = (chunk: Buffer): void => {
        bytes += chunk.length;
        if (bytes > this.limits.maxBytes + OVERHEAD_BYTES) fail(this.fileTooLarge());
      };
      this.request.once('close', onClose).once('error', onClose).on('data', count);
      parser
        .on('field', (name: string | undefined = '', value, { nameTruncated, valueTruncated }) => {
          if (nameTruncated || valueTruncated) fail(validationError([{ field: name, code: 'too_long' }]));
          else if (name in this.fields) fail(validationError([{ field: name, code: 'duplicate_field' }]));
          else this.fields[name] = value;
        })
        .on('file', (name: string | undefined = '', content, info) =>
          this.writeFile(name, content, info, fail),
        )
        .on('filesLimit', () => fail(validationError([{ field: FILE_FIELD, code: 'duplicate_field' }])))
        .on('fieldsLimit', () => fail(validationFailed('The form has too many fields.')))
        .on('partsLimit', () => fail(validationFailed('The form has too many parts.')))
        .on('error', () => fail(validationFailed('The body is not a readable multipart form.')))
        .on('close', () => {
          clearInterval(idle);
          this.request.off('close', onClose).off('error', onClose).off('data', count);
          resolve();
        });
      this.request.pipe(parser);
    });
  }

  private writeFile(
    field: string,
    content: Readable,
    { filename: name = '', mimeType }: FileInfo & { filename?: string },
    fail: (error: Error) => void,
  ): void {
    content.on('error', () => undefined); // reported by the pipeline
    if (field !== FILE_FIELD) {
      content.resume();
      return fail(validationError([{ field, code: 'unknown_field' }]));
    }
    const path = join(this.directory, 'received');
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    content.on('limit', () => fail(this.fileTooLarge()));
    this.writing = pipeline(content, file).catch((cause: unknown) => {
      throw isSystemError(cause) ? storageUnavailable(cause) : uploadInterrupted();
    });
    this.writing.catch(fail);
    this.received = () => new ReceivedFile(path, file.bytesWritten, toFileName(name), mimeType);
  }

  private fileTooLarge(): AppError {
    return payloadTooLarge(`The maximum file size is ${this.limits.maxBytes} bytes.`);
  }

  /** Calls back when no byte arrived within one interval. */
  private watchIdle(onIdle: () => void): NodeJS.Timeout {
    let lastBytes = this.request.socket.bytesRead;
    return setInterval(() => {
      if (this.request.socket.bytesRead === lastBytes) onIdle();
      lastBytes = this.request.socket.bytesRead;
    }, this.limits.idleMs).unref();
  }
}

/** Whether the file could not be written. The pipeline destroys the content with the same error. */
function isSystemError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined;
}

function uploadInterrupted(): AppError {
  return validationFailed('The upload was interrupted.');
}
