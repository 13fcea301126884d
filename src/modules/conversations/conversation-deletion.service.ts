import { Injectable } from '@nestjs/common';
import { job } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { ConversationsRepository } from './conversations.repository.js';
import { MemberChangesService } from './members/member-changes.service.js';

type Handler = (conversationId: string) => Promise<void>;

/** Part of the deletion of the rows. Each job enqueues the next one in its transaction, until no row is left. */
const deleteRowsJob = job<{ conversationId: string }>('conversation.delete_rows');

/** Private rows of each kind (thread subscriptions, message flags, drafts) that one part deletes before the memberships. */
const MAX_PRIVATE_ROWS = 5_000;

/** Time of one part. Other changes of the database wait for its locks at most as long. */
const PART_MS = 200;

/**
 * Deletion of a conversation with everything in it. One short transaction hides it from all users; durable jobs then delete
 * its rows in parts (docs/decisions/0033). Modules above end their own work in it in the first transaction.
 */
@Injectable()
export class ConversationDeletionService {
  private readonly handlers: Handler[] = [];

  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly memberChanges: MemberChangesService,
    private readonly jobs: Jobs,
  ) {
    jobs.registerHandler(deleteRowsJob, ({ conversationId }) => this.deleteRows(conversationId));
  }

  /** Registers a function that runs before each deletion, in the unit of work that holds the conversation lock. */
  onDelete(handler: Handler): void {
    this.handlers.push(handler);
  }

  /** Runs inside a unit of work that holds the conversation lock. Each member receives conversation.removed. */
  async deleteLocked(conversationId: string): Promise<void> {
    for (const handle of this.handlers) await handle(conversationId);
    await this.conversations.markConversationDeleted(conversationId);
    await this.endMemberships(conversationId);
    await this.jobs.enqueue(deleteRowsJob, { conversationId }, conversationId);
  }

  /** Ends memberships once few of their private rows are left. False when the conversation has no members. */
  private async endMemberships(conversationId: string): Promise<boolean> {
    return (
      (await this.conversations.deleteMembershipRows(conversationId, MAX_PRIVATE_ROWS)) ||
      (await this.memberChanges.endMemberships(conversationId))
    );
  }

  private async deleteRows(conversationId: string): Promise<void> {
    const hasRows =
      (await this.endMemberships(conversationId)) ||
      (await this.conversations.deleteConversationRows(conversationId, PART_MS));
    if (hasRows) await this.jobs.enqueue(deleteRowsJob, { conversationId }, conversationId);
  }
}
