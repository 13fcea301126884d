import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { Config } from '../../kernel/config/config.js';
import { newId } from '../../kernel/database/new-id.js';
import { unsupportedMediaType } from '../../kernel/errors/base.errors.js';
import { FormReader } from './form-reader.js';
import { storeUnavailable } from './storage/store-unavailable.js';
import { Storage } from './storage/storage.js';

/** How long who was refused in the midst of sending may go on, unheard: at once, they would not read why. */
const LINGER_MS = 5_000;

/**
 * Receives the form, once the guard knows who is calling, and makes it the body that the pipe validates. Its files have a
 * directory of their own, which goes with the request.
 */
@Injectable()
export class UploadsInterceptor implements NestInterceptor {
  constructor(
    private readonly config: Config,
    private readonly storage: Storage,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    return defer(async () => {
      const directory = join(this.storage.incoming, newId());
      try {
        request.body = await this.receive(request, directory);
        return await lastValueFrom(next.handle());
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    });
  }

  private async receive(request: Request, directory: string): Promise<Record<string, unknown>> {
    if (!request.is('multipart/form-data'))
      throw unsupportedMediaType('The body must be multipart/form-data.');
    const { uploadMaxBytes, uploadIdleSeconds } = this.config;
    const limits = { maxBytes: uploadMaxBytes, idleMs: uploadIdleSeconds * 1_000 };
    try {
      await mkdir(directory, { recursive: true }).catch((error: unknown) => {
        throw storeUnavailable(error);
      });
      return await new FormReader(request, directory, limits).read();
    } catch (error) {
      linger(request);
      throw error;
    }
  }
}

function linger(request: Request): void {
  request.resume();
  setTimeout(() => request.complete || request.socket.destroy(), LINGER_MS).unref();
}
