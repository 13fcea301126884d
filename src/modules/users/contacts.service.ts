import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { FailureLog } from '../../kernel/logging/failure-log.js';
import { ConnectedUsers } from '../../kernel/realtime/connected-users.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { UserDto } from './dto/user.dto.js';
import { UserQueryRepository } from './user-query.repository.js';
import { userUpdated } from './users.contract.js';

/** Unpublished profiles. Beyond this number the next sync of the other users contains a change. */
const MAX_PENDING = 10_000;

/**
 * Profile changes as seen by contacts: connected users who share one of the most recently active conversations. Events are published
 * after the commit, one lookup of recipients at a time, and at most once; sync repeats the changes.
 */
@Injectable()
export class ContactsService implements OnModuleDestroy {
  private readonly failureLog = new FailureLog(new Logger(ContactsService.name), 'Publishing of profiles');
  /** Changed profiles by user id, in the order of their changes. */
  private readonly pending = new Map<string, UserDto>();
  private isPublishing = false;
  private isDestroyed = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserQueryRepository,
    private readonly publisher: Publisher,
    private readonly connectedUsers: ConnectedUsers,
  ) {}

  onModuleDestroy(): void {
    this.isDestroyed = true;
  }

  /** Publishes a changed profile to connected contacts; in a unit of work after the commit. */
  publishProfile({ id, username, displayName, avatarUrl, profileChangedAt }: UserDto): void {
    this.unitOfWork.afterCommit(() => {
      if (this.pending.size >= MAX_PENDING) return;
      this.pending.set(id, { id, username, displayName, avatarUrl, profileChangedAt });
      if (!this.isPublishing) void this.publishPending();
    });
  }

  private async publishPending(): Promise<void> {
    this.isPublishing = true;
    for (const [id, profile] of this.pending) {
      this.pending.delete(id);
      if (this.isDestroyed) break;
      try {
        const connectedIds = this.connectedUsers.listUserIds();
        const userIds = await this.users.findConnectedContactIds(id, connectedIds);
        this.publisher.publish(userUpdated, profile, { userIds });
        this.failureLog.recordSuccess();
      } catch (error) {
        if (!this.isDestroyed) this.failureLog.recordFailure(error);
      }
    }
    this.isPublishing = false;
  }
}
