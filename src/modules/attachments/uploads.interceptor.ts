import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { Config } from '../../kernel/config/config.js';
import { v7 as newId } from 'uuid';
import { rateLimited, unsupportedMediaType } from '../../kernel/errors/base.errors.js';
import { permitLongBody } from '../../kernel/http/body-timeout.js';
import { getSession } from '../../kernel/identity/auth-user.js';
import { MultipartParser } from './multipart-parser.js';
import { storageUnavailable, Storage } from './storage.js';

/** Concurrent uploads of one user on this node. */
const MAX_CONCURRENT = 4;
const RETRY_AFTER_MS = 1_000;

/**
 * Parses the form after authentication and makes it the request body that the pipe validates. The files of a request
 * have a directory that is removed with it.
 */
@Injectable()
export class UploadsInterceptor implements NestInterceptor {
  /** Uploads in progress by user id. */
  private readonly uploadCounts = new Map<string, number>();

  constructor(
    private readonly config: Config,
    private readonly storage: Storage,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const { userId } = getSession(context).user;
    return defer(async () => {
      this.countUpload(userId);
      const directory = join(this.storage.incoming, newId());
      try {
        request.body = await this.parseRequest(request, directory);
        return await lastValueFrom(next.handle());
      } finally {
        this.releaseUpload(userId);
        await rm(directory, { recursive: true, force: true });
      }
    });
  }

  private countUpload(userId: string): void {
    const count = this.uploadCounts.get(userId) ?? 0;
    if (count >= MAX_CONCURRENT) {
      throw rateLimited('Too many concurrent uploads.', { retryAfterMs: RETRY_AFTER_MS });
    }
    this.uploadCounts.set(userId, count + 1);
  }

  private releaseUpload(userId: string): void {
    const count = this.uploadCounts.get(userId)! - 1;
    if (count > 0) this.uploadCounts.set(userId, count);
    else this.uploadCounts.delete(userId);
  }

  private async parseRequest(request: Request, directory: string): Promise<Record<string, unknown>> {
    if (!request.is('multipart/form-data'))
      throw unsupportedMediaType('The body must be multipart/form-data.');
    permitLongBody(request);
    const { uploadMaxBytes, uploadIdleSeconds } = this.config;
    const limits = { maxBytes: uploadMaxBytes, idleMs: uploadIdleSeconds * 1_000 };
    await mkdir(directory, { recursive: true }).catch((error: unknown) => {
      throw storageUnavailable(error);
    });
    return new MultipartParser(request, directory, limits).parseForm();
  }
}
