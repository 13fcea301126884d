import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, literal, seq } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { requireFutureDate, validationError } from '../../kernel/validation/validation-error.js';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { MessageWriter } from '../messages/messages.writer.js';
import { UsersService } from '../users/users.service.js';
import { PollClosingService } from './poll-closing.service.js';
import {
  type CreatePollDto,
  pollUserIds,
  PollDto,
  type ListPollsDto,
  type PollIdDto,
  type PollPageDto,
} from './dto/poll.dto.js';
import { toPollState, type PollResults } from './poll-results.js';
import { PollsAccess } from './polls.access.js';
import { PollsRepository } from './polls.repository.js';

/** Polls: each is a message whose payload holds the visible results. */
@Injectable()
export class PollsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly polls: PollsRepository,
    private readonly closing: PollClosingService,
    private readonly messageWriter: MessageWriter,
    private readonly access: PollsAccess,
    private readonly users: UsersService,
  ) {}

  createPoll(user: AuthUser, input: CreatePollDto): Promise<MessageDto> {
    return this.messageWriter.createOnce(user, input, () => {
      const poll = toNewPoll(input);
      return this.unitOfWork.run(() => this.insertPoll(user, input, poll));
    });
  }

  async getPoll(user: AuthUser, { pollId }: PollIdDto): Promise<PollDto> {
    return PollDto.from(await this.access.requireReader(user, pollId));
  }

  async listPolls(user: AuthUser, { conversationId, ...query }: ListPollsDto): Promise<PollPageDto> {
    const pollCursor = cursor(literal(conversationId), seq);
    const [, before] = pollCursor.decode(query.cursor, [conversationId, Number.MAX_SAFE_INTEGER]);
    await this.access.requireMember(user, conversationId);
    const rows = await this.polls.listPollsBefore(user.userId, conversationId, before, query.limit + 1);
    const { page, nextCursor } = toPage(rows, query.limit, (last) =>
      pollCursor.encode(conversationId, last.seq),
    );
    return {
      items: page.map((row) => PollDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.flatMap(({ state }) => pollUserIds(state))),
    };
  }

  /** Inserts message, poll and closing job in one transaction. */
  private async insertPoll(user: AuthUser, input: CreatePollDto, poll: PollResults): Promise<MessageDto> {
    const { conversationId, replyToId, threadRootId, clientId } = input;
    await this.access.requireCreator(user, conversationId);
    const id = newId();
    const message = { id, conversationId, senderId: user.userId, replyToId, threadRootId, clientId };
    const payload = toPollState(poll);
    const sent = await this.messageWriter.append({
      ...message,
      type: 'poll',
      content: poll.question,
      payload,
    });
    if (sent.id !== id) return sent; // a retry
    await this.polls.insertPoll(id, poll);
    if (poll.closes_at) await this.closing.scheduleClose(poll.id, poll.closes_at);
    return sent;
  }
}

/** Poll without votes. */
function toNewPoll({
  options,
  multipleChoice = false,
  maxChoices,
  closesAt,
  ...input
}: CreatePollDto): PollResults {
  if (maxChoices !== undefined && !multipleChoice)
    throw validationError([{ field: 'maxChoices', code: 'only_with_multiple_choice' }]);
  if (maxChoices !== undefined && maxChoices > options.length)
    throw validationError([{ field: 'maxChoices', code: 'out_of_range' }]);
  return {
    id: newId(),
    question: input.question,
    multiple_choice: multipleChoice,
    max_choices: maxChoices ?? null,
    anonymous: input.anonymous ?? false,
    results_visibility: input.resultsVisibility ?? 'live',
    closes_at: closesAt === undefined ? null : requireFutureDate('closesAt', closesAt),
    closed_at: null,
    closed_by: null,
    voters: 0,
    options: options.map((text, position) => ({ id: newId(), text, position, votes: 0, userIds: [] })),
  };
}
