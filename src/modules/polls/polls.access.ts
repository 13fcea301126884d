import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { ShownRow } from './dto/poll.dto.js';
import { PollsRepository, type PollPlace } from './polls.repository.js';

/** Who may do what with a poll: whoever may with its message, and has not hidden it. To everybody else it does not exist. */
@Injectable()
export class PollsAccess {
  constructor(
    private readonly polls: PollsRepository,
    private readonly conversations: ConversationsAccess,
  ) {}

  /** The poll as they see it. */
  async requireReader(user: AuthUser, pollId: string): Promise<ShownRow> {
    const poll = await this.polls.findFor(user.userId, pollId);
    if (!poll) throw notFound();
    await this.conversations.requireMember(user, poll.conversation_id);
    if (poll.is_hidden) throw notFound();
    return poll;
  }

  /** Locks its conversation, so that nobody votes while it is closed. It may be gone by then. */
  async requireVoter(user: AuthUser, pollId: string): Promise<PollPlace> {
    const poll = await this.require(user, pollId);
    await this.conversations.lockAndAuthorize(user, poll.conversation_id, 'poll.vote');
    return poll;
  }

  /** The same. Whose it is never changes, so that can be asked before. */
  async requireCloser(user: AuthUser, pollId: string): Promise<PollPlace> {
    const poll = await this.require(user, pollId);
    const action = poll.sender_id === user.userId ? 'poll.close' : 'poll.close_of_others';
    await this.conversations.lockAndAuthorize(user, poll.conversation_id, action);
    return poll;
  }

  private async require({ userId }: AuthUser, pollId: string): Promise<PollPlace> {
    const poll = await this.polls.findUnhidden(userId, pollId);
    if (!poll) throw notFound();
    return poll;
  }
}
