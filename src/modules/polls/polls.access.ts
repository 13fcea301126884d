import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
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
  async requireReader(caller: Caller, pollId: string): Promise<ShownRow> {
    const poll = await this.polls.findFor(caller.userId, pollId);
    if (!poll) throw notFound();
    await this.conversations.requireMember(caller, poll.conversation_id);
    if (poll.is_hidden) throw notFound();
    return poll;
  }

  /** Locks its conversation, so that nobody votes while it is closed. It may be gone by then. */
  async requireVoter(caller: Caller, pollId: string): Promise<PollPlace> {
    const poll = await this.require(caller, pollId);
    await this.conversations.requireToChange(caller, poll.conversation_id, 'poll.vote');
    return poll;
  }

  /** The same. Whose it is never changes, so that can be asked before. */
  async requireCloser(caller: Caller, pollId: string): Promise<PollPlace> {
    const poll = await this.require(caller, pollId);
    const action = poll.sender_id === caller.userId ? 'poll.close' : 'poll.close_of_others';
    await this.conversations.requireToChange(caller, poll.conversation_id, action);
    return poll;
  }

  private async require({ userId }: Caller, pollId: string): Promise<PollPlace> {
    const poll = await this.polls.findUnhidden(userId, pollId);
    if (!poll) throw notFound();
    return poll;
  }
}
