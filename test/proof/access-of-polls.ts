import {
  anyMember,
  inChannel,
  inDm,
  inGroup,
  managers,
  noBlock,
  nobody,
  thePoll,
  toAsk,
  toVote,
  type AccessRow,
} from './access-rows.js';

/** Who may do what with polls: a part of the table. */
export const POLLS: Record<string, AccessRow[]> = {
  'poll.create': [inGroup(anyMember, toAsk), inChannel(anyMember, toAsk), inDm(noBlock, toAsk)],
  'poll.get': [inGroup(anyMember, thePoll('othersPoll')), inDm(anyMember, thePoll('othersPoll'))],
  'poll.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'poll.vote': [inGroup(anyMember, toVote), inChannel(anyMember, toVote), inDm(noBlock, toVote)],
  'poll.votes': [inGroup(anyMember, thePoll('othersPoll')), inDm(anyMember, thePoll('othersPoll'))],
  'poll.close': [
    inGroup(anyMember, thePoll('ownPoll'), 'one’s own'),
    inGroup({ ...managers, host: 'not_found' }, thePoll('othersPoll'), 'of another'),
    inChannel({ ...managers, host: 'not_found' }, thePoll('othersPoll'), 'of another'),
    inDm(noBlock, thePoll('ownPoll'), 'one’s own'),
    inDm(nobody, thePoll('othersPoll'), 'of another'),
  ],
};
