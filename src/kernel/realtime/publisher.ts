import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Server } from 'socket.io';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ConnectedUsers } from './connected-users.js';
import { RecipientResolver, type Recipients } from './recipient-resolver.js';
import type { Event } from './contract.js';

type Listener<Payload extends object> = (payload: Payload, recipients: Recipients) => void;

const MAX_ATTEMPTS = 10;
const RETRY_DELAY_MS = 500;

/** Publishes events to clients and listeners after the commit of the surrounding unit of work; a rollback drops them. */
@Injectable()
export class Publisher {
  private readonly logger = new Logger(Publisher.name);
  private server?: Server;
  private readonly listeners = new Map<string, Listener<object>[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly resolver: RecipientResolver,
    private readonly users: ConnectedUsers,
  ) {}

  attach(server: Server): void {
    this.server = server;
    this.users.attachServer(server);
  }

  /** Registers a listener for events published by this node. It runs after the commit, at most once. */
  on<Payload extends object>(event: Event<Payload>, listener: Listener<Payload>): void {
    const existing = this.listeners.get(event.name) ?? [];
    this.listeners.set(event.name, [...existing, listener as Listener<object>]);
  }

  publish<Payload extends object>(event: Event<Payload>, payload: Payload, recipients: Recipients): void {
    for (const listener of this.listeners.get(event.name) ?? [])
      this.unitOfWork.afterCommit(() => listener(payload, recipients));
    this.unitOfWork.afterCommit(() => {
      const rooms = this.resolver.resolve(recipients);
      if (rooms instanceof Promise) void this.emitWhenResolved(event, payload, recipients, rooms);
      else this.emit(event, payload, rooms);
    });
  }

  /** Caches the member list of a new conversation after the commit. */
  seedMembers(conversationId: string, userIds: readonly string[]): void {
    this.unitOfWork.afterCommit(() => this.resolver.cacheMembers(conversationId, { version: 1, userIds }));
  }

  /** Retries the lookup of the recipients: the change is durable, so an outage of the database only delays the event. */
  private async emitWhenResolved(
    event: Event,
    payload: object,
    recipients: Recipients,
    firstLookup: Promise<readonly string[]>,
  ): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      try {
        this.emit(event, payload, await (attempt === 1 ? firstLookup : this.resolver.resolve(recipients)));
        return;
      } catch (error) {
        this.logger.warn(
          `Recipients of ${event.name} unavailable, attempt ${attempt}: ${(error as Error).name}`,
        );
        await sleep(RETRY_DELAY_MS * attempt, undefined, { ref: false });
      }
    }
  }

  private emit(event: Event, payload: object, rooms: readonly string[]): void {
    if (rooms.length > 0) this.server?.to(rooms as string[]).emit(event.name, payload);
  }
}
