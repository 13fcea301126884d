import {
  anyMember,
  allUsers,
  inChannel,
  inDm,
  inGroup,
  managers,
  withoutBlock,
  noCalls,
  emptyInput,
  notJoined,
  callInput,
  toCall,
  toJoin,
  toSignal,
  type AccessRow,
} from './access-rows.js';

/** Access of each role to the operations of calls. */
export const CALL_ACCESS: Record<string, AccessRow[]> = {
  'call.start': [
    inGroup(anyMember, toCall),
    inDm(withoutBlock, toCall),
    inChannel({ ...anyMember, ...noCalls }, toCall),
  ],
  'call.list': [inGroup(allUsers, emptyInput)],
  'call.get': [inGroup(anyMember, callInput), inDm(anyMember, callInput)],
  'call.accept': [inGroup(anyMember, toJoin), inDm(withoutBlock, toJoin)],
  'call.decline': [inGroup(anyMember, callInput), inDm(anyMember, callInput)],
  'call.leave': [
    inGroup({ ...anyMember, ...notJoined }, callInput),
    inDm({ ...anyMember, ...notJoined }, callInput),
  ],
  'call.end': [
    inGroup({ ...managers, host: 'not_found' }, callInput, 'of another user'),
    inDm({ ...anyMember, ...notJoined }, callInput),
  ],
  'call.signal': [
    inGroup({ ...anyMember, ...notJoined }, toSignal),
    inDm({ ...anyMember, ...notJoined }, toSignal),
  ],
  'ice_server.list': [inGroup(allUsers, emptyInput)],
  'call.issue_token': [
    inGroup({ ...anyMember, ...notJoined }, callInput),
    inDm({ ...anyMember, ...notJoined }, callInput),
  ],
};
