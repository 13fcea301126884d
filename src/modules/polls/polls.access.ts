import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { PollRow } from './dto/poll.dto.js';
import { PollsRepository, type PollRef } from './polls.repository.js';

/** Authorization for polls: the rights of the poll's message. A poll whose message is hidden by the user does not exist for that user. */
@Injectable()
export class PollsAccess {
  constructor(
    private readonly polls: PollsRepository,
    private readonly conversations: ConversationsAccess,
  ) {}

  async requireMember(user: AuthUser, conversationId: string): Promise<void> {
    await this.conversations.requireMember(user, conversationId);
  }

  /** Locks the conversation. */
  async requireCreator(user: AuthUser, conversationId: string): Promise<void> {
    await this.conversations.lockAndAuthorize(user, conversationId, 'poll.create');
  }

  /** Poll as seen by the user. */
  async requireReader(user: AuthUser, pollId: string): Promise<PollRow> {
    const poll = await this.polls.findPollForUser(user.userId, pollId);
    if (!poll) throw notFound();
    await this.conversations.requireMember(user, poll.conversation_id);
    if (poll.is_hidden) throw notFound();
    return poll;
  }

  /** Locks the conversation, so that no vote overlaps a closing. The poll may be deleted meanwhile. */
  async requireVoter(user: AuthUser, pollId: string): Promise<PollRef> {
    const poll = await this.requirePoll(user, pollId);
    await this.conversations.lockAndAuthorize(user, poll.conversation_id, 'poll.vote');
    return poll;
  }

  /** Locks the conversation. The sender of a poll never changes, so it is read before the lock. */
  async requireCloser(user: AuthUser, pollId: string): Promise<PollRef> {
    const poll = await this.requirePoll(user, pollId);
    const action = poll.sender_id === user.userId ? 'poll.close' : 'poll.close_of_others';
    await this.conversations.lockAndAuthorize(user, poll.conversation_id, action);
    return poll;
  }

  private async requirePoll({ userId }: AuthUser, pollId: string): Promise<PollRef> {
    const poll = await this.polls.findVisiblePoll(userId, pollId);
    if (!poll) throw notFound();
    return poll;
  }
}
