import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { Config } from '../../kernel/config/config.js';
import { v7 as newId } from 'uuid';
import { rateLimited, unsupportedMediaType } from '../../kernel/errors/base.errors.js';
import { sessionOf } from '../../kernel/identity/auth-user.js';
import { MultipartParser } from './multipart-parser.js';
import { storeUnavailable } from './storage/store-unavailable.js';
import { Storage } from './storage/storage.js';

/** How long who was refused in the midst of sending may go on, unheard: at once, they would not read why. */
const LINGER_MS = 5_000;
/** Of one person, on this node: each holds a place on the disk, and pictures wait for each other. */
const MAX_CONCURRENT = 4;
const COME_BACK_MS = 1_000;

/**
 * Receives the form, once the guard knows who is calling, and makes it the body that the pipe validates. Its files have a
 * directory of their own, which goes with the request.
 */
@Injectable()
export class UploadsInterceptor implements NestInterceptor {
  /** How many each person has under way. */
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly config: Config,
    private readonly storage: Storage,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const { userId } = sessionOf(context).user;
    return defer(async () => {
      this.enter(userId, request);
      const directory = join(this.storage.incoming, newId());
      try {
        request.body = await this.receive(request, directory);
        return await lastValueFrom(next.handle());
      } finally {
        this.leave(userId);
        await rm(directory, { recursive: true, force: true });
      }
    });
  }

  private enter(userId: string, request: Request): void {
    const count = this.underWay.get(userId) ?? 0;
    if (count >= MAX_CONCURRENT) {
      drainRequest(request);
      throw rateLimited('Too many uploads at once.', { retryAfterMs: COME_BACK_MS });
    }
    this.underWay.set(userId, count + 1);
  }

  private leave(userId: string): void {
    const count = this.underWay.get(userId)! - 1;
    if (count > 0) this.underWay.set(userId, count);
    else this.underWay.delete(userId);
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
      return await new MultipartParser(request, directory, limits).read();
    } catch (error) {
      drainRequest(request);
      throw error;
    }
  }
}

function drainRequest(request: Request): void {
  request.resume();
  setTimeout(() => request.complete || request.socket.destroy(), LINGER_MS).unref();
}
