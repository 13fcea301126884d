import {
  anyMember,
  inChannel,
  inDm,
  inGroup,
  managers,
  withoutBlock,
  denied,
  pollInput,
  toCreatePoll,
  toVote,
  type AccessRow,
} from './access-rows.js';

/** Access of each role to the operations of polls. */
export const POLL_ACCESS: Record<string, AccessRow[]> = {
  'poll.create': [
    inGroup(anyMember, toCreatePoll),
    inChannel(anyMember, toCreatePoll),
    inDm(withoutBlock, toCreatePoll),
  ],
  'poll.get': [inGroup(anyMember, pollInput('othersPoll')), inDm(anyMember, pollInput('othersPoll'))],
  'poll.list': [inGroup(anyMember), inChannel(anyMember), inDm(anyMember)],
  'poll.vote': [inGroup(anyMember, toVote), inChannel(anyMember, toVote), inDm(withoutBlock, toVote)],
  'poll_vote.list': [inGroup(anyMember, pollInput('othersPoll')), inDm(anyMember, pollInput('othersPoll'))],
  'poll.close': [
    inGroup(anyMember, pollInput('ownPoll'), 'own'),
    inGroup({ ...managers, host: 'not_found' }, pollInput('othersPoll'), 'of another user'),
    inChannel({ ...managers, host: 'not_found' }, pollInput('othersPoll'), 'of another user'),
    inDm(withoutBlock, pollInput('ownPoll'), 'own'),
    inDm(denied, pollInput('othersPoll'), 'of another user'),
  ],
};
