import { Injectable } from '@nestjs/common';
import { isStatementError } from '../../kernel/database/sql-state.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { overloaded } from '../../kernel/errors/base.errors.js';
import type { ReadStateRow } from '../conversations/dto/membership.dto.js';
import { Turns } from '../../kernel/concurrency/turns.js';
import { ReadStateService } from '../conversations/memberships/read-state.service.js';
import { MessagesRepository, type AppendedRow, type NewMessage } from './messages.repository.js';

/** Messages in one statement. A larger batch holds the locks of its conversations longer and gains little. */
const MAX_BATCH_SIZE = 100;
/** Appends that wait for one locked conversation. Further ones are rejected with 503. */
const MAX_BLOCKED = 1_000;

/** Append that waits for its batch. */
interface PendingAppend {
  message: NewMessage;
  resolve: (row: AppendedRow | Promise<AppendedRow>) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit of appends: one statement at a time for the pending messages, senders in turns. An idle batcher appends at
 * once. Messages of a conversation that another transaction has locked, and messages that mark their conversation as read,
 * wait apart: one statement at a time for each conversation, under the lock queue.
 */
@Injectable()
export class MessageBatcher {
  private readonly pending = new Turns<PendingAppend>();
  private isFlushing = false;
  /** Pending appends of locked conversations, by conversation. */
  private readonly blocked = new Map<string, PendingAppend[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly messages: MessagesRepository,
    private readonly readState: ReadStateService,
  ) {}

  /** Inside a unit of work the append joins it; otherwise the append is committed when the promise resolves. */
  async append(message: NewMessage): Promise<AppendedRow> {
    const row = await this.appendRow(message);
    if (row.read_outcome)
      this.readState.publishReadState(row.conversation_id, {
        ...(row as AppendedRow & ReadStateRow),
        outcome: row.read_outcome,
      });
    return row;
  }

  /** With markRead the statement also locks the sender, so it does not share a batch with other conversations. */
  private appendRow(message: NewMessage): Promise<AppendedRow> {
    if (this.unitOfWork.current) return this.appendLocked(message);
    return new Promise((resolve, reject) => {
      const append = { message, resolve, reject };
      if (message.markRead) this.enqueueBlocked(append);
      else this.enqueue(append);
    });
  }

  private appendLocked(message: NewMessage): Promise<AppendedRow> {
    return this.unitOfWork.runLocked(message.conversationId, () => this.messages.append(message));
  }

  private enqueue(append: PendingAppend): void {
    const isBlocked = this.blocked.has(append.message.conversationId);
    if (isBlocked) this.enqueueBlocked(append);
    else this.pending.push(append.message.senderId ?? '', append);
    if (!isBlocked && !this.isFlushing) void this.flush();
  }

  private async flush(): Promise<void> {
    this.isFlushing = true;
    while (this.pending.length > 0) {
      const batch = this.takeBatch();
      try {
        for (const busy of await this.batchInsert(batch, { wait: false })) this.enqueueBlocked(busy);
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    this.isFlushing = false;
  }

  private takeBatch(): PendingAppend[] {
    const batch: PendingAppend[] = [];
    while (this.pending.length > 0 && batch.length < MAX_BATCH_SIZE) batch.push(this.pending.shift()!);
    return batch;
  }

  private enqueueBlocked(append: PendingAppend): void {
    const { conversationId } = append.message;
    const blocked = this.blocked.get(conversationId);
    if (!blocked) void this.flushBlocked(conversationId, [append]);
    else if (blocked.length >= MAX_BLOCKED) append.reject(overloaded());
    else blocked.push(append);
  }

  /** After a failure all appends of the conversation are rejected: a lock that was not released in time is still held. */
  private async flushBlocked(conversationId: string, appends: PendingAppend[]): Promise<void> {
    this.blocked.set(conversationId, appends);
    while (appends.length > 0) {
      const batch: PendingAppend[] = [];
      try {
        const busy = await this.unitOfWork.runLocked(conversationId, () => {
          batch.push(...appends.splice(0, MAX_BATCH_SIZE));
          return this.batchInsert(batch, { wait: true });
        });
        appends.push(...busy);
      } catch (error) {
        for (const { reject } of [...batch, ...appends.splice(0)]) reject(error);
      }
    }
    this.blocked.delete(conversationId);
  }

  /**
   * Returns the appends to repeat. After an error of the statement each message is appended alone, so that the error
   * reaches only the message that caused it.
   */
  private async batchInsert(batch: PendingAppend[], options: { wait: boolean }): Promise<PendingAppend[]> {
    try {
      const messages = batch.map(({ message }) => message);
      const rows = await this.messages.appendBatch(messages, options);
      return batch.filter((append, index) => {
        const row = rows[index]!;
        if (row.outcome === 'busy') return true;
        append.resolve(row);
        return false;
      });
    } catch (error) {
      if (batch.length === 1 || !isStatementError(error)) throw error;
      for (const { message, resolve } of batch) resolve(this.appendLocked(message));
      return [];
    }
  }
}
