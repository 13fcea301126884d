import { Injectable } from '@nestjs/common';
import { isStatementError } from '../../kernel/database/sql-state.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { MessagesRepository, type AppendedRow, type NewMessage } from './messages.repository.js';

/** Messages in one statement. A larger batch holds the locks of its conversations longer and gains little. */
const MAX_BATCH_SIZE = 100;

/** Append that waits for its batch. */
interface PendingAppend {
  message: NewMessage;
  resolve: (row: AppendedRow | Promise<AppendedRow>) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit of appends: one statement at a time for all pending messages. An idle batcher appends at once. Messages of
 * a conversation that another transaction has locked wait apart, on one connection for each such conversation.
 */
@Injectable()
export class MessageBatcher {
  private readonly pending: PendingAppend[] = [];
  private isFlushing = false;
  /** Pending appends of locked conversations, by conversation. */
  private readonly blocked = new Map<string, PendingAppend[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly messages: MessagesRepository,
  ) {}

  /** Inside a unit of work the append joins it; otherwise the append is committed when the promise resolves. */
  append(message: NewMessage): Promise<AppendedRow> {
    if (this.unitOfWork.current) return this.messages.append(message);
    return new Promise((resolve, reject) => this.enqueue({ message, resolve, reject }));
  }

  private enqueue(append: PendingAppend): void {
    const blocked = this.blocked.get(append.message.conversationId);
    (blocked ?? this.pending).push(append);
    if (!blocked && !this.isFlushing) void this.flush();
  }

  private async flush(): Promise<void> {
    this.isFlushing = true;
    while (this.pending.length > 0) {
      const batch = this.pending.splice(0, MAX_BATCH_SIZE);
      for (const busy of await this.batchInsert(batch, { wait: false })) this.enqueueBlocked(busy);
    }
    this.isFlushing = false;
  }

  private enqueueBlocked(append: PendingAppend): void {
    const { conversationId } = append.message;
    const blocked = this.blocked.get(conversationId);
    if (blocked) blocked.push(append);
    else void this.flushBlocked(conversationId, [append]);
  }

  private async flushBlocked(conversationId: string, appends: PendingAppend[]): Promise<void> {
    this.blocked.set(conversationId, appends);
    while (appends.length > 0) {
      const batch = appends.splice(0, MAX_BATCH_SIZE);
      appends.push(...(await this.batchInsert(batch, { wait: true })));
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
      for (const { message, resolve, reject } of batch)
        if (batch.length > 1 && isStatementError(error)) resolve(this.messages.append(message));
        else reject(error);
      return [];
    }
  }
}
