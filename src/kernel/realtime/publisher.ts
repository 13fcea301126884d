import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Server } from 'socket.io';
import { UnitOfWork } from '../database/unit-of-work.js';
import { RecipientResolver, type Target } from './recipient-resolver.js';
import type { Event } from './contract.js';

type Listener<Payload extends object> = (payload: Payload, target: Target) => void;

const ATTEMPTS = 10;
const PAUSE_MS = 500;

/** Tells clients what happened: after the commit of the surrounding unit of work, and never when it rolls back. */
@Injectable()
export class Publisher {
  private readonly logger = new Logger(Publisher.name);
  private server?: Server;
  private readonly listeners = new Map<string, Listener<object>[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audience: RecipientResolver,
  ) {}

  attach(server: Server): void {
    this.server = server;
  }

  /** Does something in this process whenever this event is published by it: after the commit, and once at most. */
  on<Payload extends object>(event: Event<Payload>, listener: Listener<Payload>): void {
    const known = this.listeners.get(event.name) ?? [];
    this.listeners.set(event.name, [...known, listener as Listener<object>]);
  }

  publish<Payload extends object>(event: Event<Payload>, payload: Payload, target: Target): void {
    for (const listener of this.listeners.get(event.name) ?? [])
      this.unitOfWork.afterCommit(() => listener(payload, target));
    this.unitOfWork.afterCommit(() => {
      const userIds = this.audience.resolve(target);
      if (userIds instanceof Promise) void this.emitWhenResolved(event, payload, target, userIds);
      else this.emit(event, payload, userIds);
    });
  }

  /** A conversation has begun, with these people in it. */
  seedMembers(conversationId: string, userIds: readonly string[]): void {
    this.unitOfWork.afterCommit(() => this.audience.cacheMembers(conversationId, { version: 1, userIds }));
  }

  /** The change is durable, so a database that is away for a moment only delays who hears of it. */
  private async emitWhenResolved(
    event: Event,
    payload: object,
    target: Target,
    asked: Promise<readonly string[]>,
  ): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        this.emit(event, payload, await (attempt === 1 ? asked : this.audience.resolve(target)));
        return;
      } catch (error) {
        this.logger.warn(`No audience for ${event.name}, attempt ${attempt}: ${(error as Error).name}`);
        await sleep(PAUSE_MS * attempt, undefined, { ref: false });
      }
    }
  }

  private emit(event: Event, payload: object, userIds: readonly string[]): void {
    if (userIds.length > 0) this.server?.to(userIds as string[]).emit(event.name, payload);
  }
}
