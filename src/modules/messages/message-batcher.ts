import { Injectable } from '@nestjs/common';
import { isStatementError } from '../../kernel/database/sql-state.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { MessagesRepository, type AppendedRow, type NewMessage } from './messages.repository.js';

/** Sends in one statement. More would hold their conversations for long and gain little. */
const MAX_BATCH_SIZE = 100;

interface Send {
  message: NewMessage;
  resolve: (row: AppendedRow | Promise<AppendedRow>) => void;
  reject: (error: unknown) => void;
}

/**
 * Appends messages, one statement at a time: a send that finds it free leaves at once, those that come meanwhile leave
 * together. The lane waits for no conversation that somebody else has locked: sends to one wait beside it, on one
 * connection for all of them, and hold up nobody else.
 */
@Injectable()
export class MessageBatcher {
  private readonly waiting: Send[] = [];
  private isRunning = false;
  /** What waits for a conversation that was found locked. */
  private readonly held = new Map<string, Send[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly messages: MessagesRepository,
  ) {}

  /** Inside a unit of work it is part of that; else it has been committed when this resolves. */
  append(message: NewMessage): Promise<AppendedRow> {
    if (this.unitOfWork.current) return this.messages.append(message);
    return new Promise((resolve, reject) => this.enqueue({ message, resolve, reject }));
  }

  private enqueue(send: Send): void {
    const held = this.held.get(send.message.conversationId);
    (held ?? this.waiting).push(send);
    if (!held && !this.isRunning) void this.flush();
  }

  private async flush(): Promise<void> {
    this.isRunning = true;
    while (this.waiting.length > 0)
      for (const busy of await this.batchInsert(this.waiting.splice(0, MAX_BATCH_SIZE), { wait: false }))
        this.holdForConversation(busy);
    this.isRunning = false;
  }

  private holdForConversation(send: Send): void {
    const { conversationId } = send.message;
    const held = this.held.get(conversationId);
    if (held) held.push(send);
    else void this.waitFor(conversationId, [send]);
  }

  private async waitFor(conversationId: string, sends: Send[]): Promise<void> {
    this.held.set(conversationId, sends);
    while (sends.length > 0)
      sends.push(...(await this.batchInsert(sends.splice(0, MAX_BATCH_SIZE), { wait: true })));
    this.held.delete(conversationId);
  }

  /** Those that are to ask again. What the database refuses of many, each of them asks for alone: one is to blame. */
  private async batchInsert(sends: Send[], how: { wait: boolean }): Promise<Send[]> {
    try {
      const rows = await this.messages.appendAll(
        sends.map(({ message }) => message),
        how,
      );
      return sends.filter((send, index) => {
        const row = rows[index]!;
        if (row.outcome === 'busy') return true;
        send.resolve(row);
        return false;
      });
    } catch (error) {
      for (const { message, resolve, reject } of sends)
        if (sends.length > 1 && isStatementError(error)) resolve(this.messages.append(message));
        else reject(error);
      return [];
    }
  }
}
