import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import type { PollDto } from '../../../src/modules/polls/dto/poll.dto.js';
import { createPoll, getPoll, votePoll } from '../../../src/modules/polls/polls.contract.js';
import { expectData, type Answer, type Transport } from '../clients/transports.js';

export const OPTIONS = ['red', 'green', 'blue'];

interface Voter {
  transport: Transport;
  rest: Transport;
}

export interface CreatedPoll {
  message: MessageDto;
  pollId: string;
  options: string[];
}

export const timeFromNow = (milliseconds: number): string =>
  new Date(Date.now() + milliseconds).toISOString();

export function requestPoll(
  { transport }: Pick<Voter, 'transport'>,
  conversationId: string,
  more: object = {},
): Promise<Answer<MessageDto>> {
  return transport.request(createPoll, {
    conversationId,
    question: 'Which colour?',
    options: OPTIONS,
    ...more,
  });
}

/** A poll with its id and the ids of its options. */
export async function createTestPoll(
  by: Pick<Voter, 'transport'>,
  conversationId: string,
  more: object = {},
): Promise<CreatedPoll> {
  const message = await expectData(requestPoll(by, conversationId, more));
  return { message, pollId: message.poll!.id, options: message.poll!.options.map(({ id }) => id) };
}

export function vote(
  { transport }: Pick<Voter, 'transport'>,
  pollId: string,
  ...optionIds: (string | undefined)[]
): Promise<Answer<PollDto>> {
  return transport.request(votePoll, { pollId, optionIds: optionIds as string[] });
}

export const getTestPoll = ({ rest }: Pick<Voter, 'rest'>, pollId: string): Promise<PollDto> =>
  expectData(rest.request(getPoll, { pollId }));
export const optionVotes = ({ options }: Pick<PollDto, 'options'>): unknown[] =>
  options.map(({ votes }) => votes);
export const optionVoters = ({ options }: Pick<PollDto, 'options'>): string[][] =>
  options.map(({ userIds }) => userIds);

/** Rejected fields, otherwise the error code. */
export async function errorsOrCode(pending: Promise<Answer<unknown>>): Promise<unknown> {
  const answer = await pending;
  return answer.ok ? 'ok' : (answer.error.errors ?? answer.error.code);
}

export const byVersion = (one: Record<string, unknown>, other: Record<string, unknown>): number =>
  Number(one.version) - Number(other.version);
