import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type * as s3 from '@aws-sdk/client-s3';
import type { Config } from '../../kernel/config/config.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import { storageUnavailable, Storage, type ByteRange } from './storage.js';
type Sdk = typeof s3;

const CONNECT_MS = 3_000;
/** Timeout between two bytes of a response. */
const SOCKET_TIMEOUT_MS = 15_000;
/** Below the hour after which the cleanup takes an upload for abandoned. */
const MAX_PUT_MS = 30 * 60_000;
/** A slow reader holds a socket. The default of 50 sockets would block other readers. */
const AGENT = { maxSockets: 1_000 };
const NO_LOGGER = { debug: ignoreLog, info: ignoreLog, warn: ignoreLog, error: ignoreLog };
const MAX_DELETIONS_PER_REQUEST = 1_000;

/** Objects in a bucket of an S3-compatible store. Each object is written by one request, so none is partial. */
export class S3Storage extends Storage {
  private connected?: Promise<{ sdk: Sdk; client: s3.S3Client }>;

  constructor(
    directory: string,
    private readonly config: Config,
  ) {
    super(directory);
  }

  async putObject(key: string, file: string): Promise<void> {
    const { size } = await stat(file);
    const Body = createReadStream(file);
    try {
      await this.callS3(({ sdk, client }) =>
        client.send(
          new sdk.PutObjectCommand({ Bucket: this.config.s3Bucket, Key: key, Body, ContentLength: size }),
          { abortSignal: AbortSignal.timeout(MAX_PUT_MS) },
        ),
      );
    } finally {
      Body.destroy();
    }
  }

  readObject(key: string, { first, last }: ByteRange): Promise<Readable> {
    return this.callS3(async ({ sdk, client }) => {
      const Range = `bytes=${first}-${last}`;
      const found = await client.send(
        new sdk.GetObjectCommand({ Bucket: this.config.s3Bucket, Key: key, Range }),
      );
      return found.Body as Readable;
    });
  }

  async deleteObjects(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += MAX_DELETIONS_PER_REQUEST) {
      const some = keys.slice(at, at + MAX_DELETIONS_PER_REQUEST);
      await this.callS3(async ({ sdk, client }) => {
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

  private async callS3<Result>(
    work: (to: { sdk: Sdk; client: s3.S3Client }) => Promise<Result>,
  ): Promise<Result> {
    const to = await (this.connected ??= this.createClient());
    try {
      return await work(to);
    } catch (error) {
      throw error instanceof to.sdk.NoSuchKey ? notFound() : storageUnavailable(error);
    }
  }

  /** The SDK is loaded on first use, because most servers store files on a disk. */
  private async createClient(): Promise<{ sdk: Sdk; client: s3.S3Client }> {
    const sdk = await import('@aws-sdk/client-s3');
    const { s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, s3ForcePathStyle } = this.config;
    const client = new sdk.S3Client({
      region: s3Region,
      forcePathStyle: s3ForcePathStyle,
      ...(s3Endpoint && { endpoint: s3Endpoint }),
      ...(s3AccessKeyId && {
        credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey },
      }),
      logger: NO_LOGGER, // errors are logged once, by storageUnavailable
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        socketTimeout: SOCKET_TIMEOUT_MS,
        httpAgent: AGENT,
        httpsAgent: AGENT,
      },
      // Not every store supports the newer checksums, and a stream cannot be read twice to compute one.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return { sdk, client };
  }
}

function ignoreLog(): void {
  return undefined;
}
