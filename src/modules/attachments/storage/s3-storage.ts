import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type * as s3 from '@aws-sdk/client-s3';
import type { Config } from '../../../kernel/config/config.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import { storeUnavailable } from './store-unavailable.js';
import { Storage, type Span } from './storage.js';

type Sdk = typeof s3;

const CONNECT_MS = 3_000;
/** Without a byte of an answer. */
const SILENCE_MS = 15_000;
/** Shorter than the hour after which the sweep takes an upload for dead. */
const MAX_PUT_MS = 30 * 60_000;
/** A slow reader holds one as long as it reads: of the fifty that the SDK has, everybody else would wait for one. */
const AGENT = { maxSockets: 1_000 };
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const MAX_DELETIONS_PER_REQUEST = 1_000;

/** Keeps objects in a bucket of any store that speaks S3. An object goes there in one request: it leaves nothing half done. */
export class S3Storage extends Storage {
  private connected?: Promise<{ sdk: Sdk; client: s3.S3Client }>;

  constructor(
    directory: string,
    private readonly config: Config,
  ) {
    super(directory);
  }

  async put(key: string, file: string): Promise<void> {
    const { size } = await stat(file);
    const Body = createReadStream(file);
    try {
      await this.ask(({ sdk, client }) =>
        client.send(
          new sdk.PutObjectCommand({ Bucket: this.config.s3Bucket, Key: key, Body, ContentLength: size }),
          { abortSignal: AbortSignal.timeout(MAX_PUT_MS) },
        ),
      );
    } finally {
      Body.destroy();
    }
  }

  read(key: string, { first, last }: Span): Promise<Readable> {
    return this.ask(async ({ sdk, client }) => {
      const Range = `bytes=${first}-${last}`;
      const found = await client.send(
        new sdk.GetObjectCommand({ Bucket: this.config.s3Bucket, Key: key, Range }),
      );
      return found.Body as Readable;
    });
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += MAX_DELETIONS_PER_REQUEST) {
      const some = keys.slice(at, at + MAX_DELETIONS_PER_REQUEST);
      await this.ask(async ({ sdk, client }) => {
        const { Errors = [] } = await client.send(
          new sdk.DeleteObjectsCommand({
            Bucket: this.config.s3Bucket,
            Delete: { Objects: some.map((Key) => ({ Key })), Quiet: true },
          }),
        );
        const failed = Errors.find(({ Code }) => Code !== 'NoSuchKey');
        if (failed) throw new Error(failed.Code);
      });
    }
  }

  private async ask<Result>(
    work: (to: { sdk: Sdk; client: s3.S3Client }) => Promise<Result>,
  ): Promise<Result> {
    const to = await (this.connected ??= this.connect());
    try {
      return await work(to);
    } catch (error) {
      throw error instanceof to.sdk.NoSuchKey ? notFound() : storeUnavailable(error);
    }
  }

  /** Loaded when first needed: it is large, and most servers keep files on a disk. */
  private async connect(): Promise<{ sdk: Sdk; client: s3.S3Client }> {
    const sdk = await import('@aws-sdk/client-s3');
    const { s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, s3ForcePathStyle } = this.config;
    const client = new sdk.S3Client({
      region: s3Region,
      forcePathStyle: s3ForcePathStyle,
      ...(s3Endpoint && { endpoint: s3Endpoint }),
      ...(s3AccessKeyId && {
        credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey },
      }),
      logger: SILENT, // what goes wrong is told once, by us
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        socketTimeout: SILENCE_MS,
        httpAgent: AGENT,
        httpsAgent: AGENT,
      },
      // Not every store knows the newer checksums, and a stream could not be read twice for one.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return { sdk, client };
  }
}

function nothing(): void {
  return undefined;
}
