import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import type { PollDto } from '../../src/modules/polls/dto/poll.dto.js';
import { createPoll, getPoll, votePoll } from '../../src/modules/polls/polls.contract.js';
import { data, type Answer, type Door } from '../setup/doors.js';

export const OPTIONS = ['red', 'green', 'blue'];

interface Voter {
  door: Door;
  rest: Door;
}

export interface PutPoll {
  message: MessageDto;
  pollId: string;
  options: string[];
}

export const inMs = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();

export function ask(
  { door }: Pick<Voter, 'door'>,
  conversationId: string,
  more: object = {},
): Promise<Answer<MessageDto>> {
  return door.ask(createPoll, { conversationId, question: 'Which colour?', options: OPTIONS, ...more });
}

/** A poll, its id and those of its options. */
export async function put(
  by: Pick<Voter, 'door'>,
  conversationId: string,
  more: object = {},
): Promise<PutPoll> {
  const message = await data(ask(by, conversationId, more));
  return { message, pollId: message.poll!.id, options: message.poll!.options.map(({ id }) => id) };
}

export function vote(
  { door }: Pick<Voter, 'door'>,
  pollId: string,
  ...optionIds: (string | undefined)[]
): Promise<Answer<PollDto>> {
  return door.ask(votePoll, { pollId, optionIds: optionIds as string[] });
}

export const seen = ({ rest }: Pick<Voter, 'rest'>, pollId: string): Promise<PollDto> =>
  data(rest.ask(getPoll, { pollId }));
export const votesOf = ({ options }: Pick<PollDto, 'options'>): unknown[] =>
  options.map(({ votes }) => votes);
export const votersOf = ({ options }: Pick<PollDto, 'options'>): string[][] =>
  options.map(({ userIds }) => userIds);

/** The fields that were refused, else the code of the error. */
export async function wrong(asked: Promise<Answer<unknown>>): Promise<unknown> {
  const answer = await asked;
  return answer.ok ? 'ok' : (answer.error.errors ?? answer.error.code);
}

export const byVersion = (one: Record<string, unknown>, other: Record<string, unknown>): number =>
  Number(one.version) - Number(other.version);
