import {
  anyMember,
  everybody,
  inChannel,
  inDm,
  inGroup,
  managers,
  noBlock,
  noCalls,
  nothing,
  notJoined,
  theCall,
  toCall,
  toJoin,
  toSignal,
  type AccessRow,
} from './access-rows.js';

/** Who may do what with calls: a part of the table. */
export const CALLS: Record<string, AccessRow[]> = {
  'call.start': [
    inGroup(anyMember, toCall),
    inDm(noBlock, toCall),
    inChannel({ ...anyMember, ...noCalls }, toCall),
  ],
  'call.list': [inGroup(everybody, nothing)],
  'call.get': [inGroup(anyMember, theCall), inDm(anyMember, theCall)],
  'call.accept': [inGroup(anyMember, toJoin), inDm(noBlock, toJoin)],
  'call.decline': [inGroup(anyMember, theCall), inDm(anyMember, theCall)],
  'call.leave': [
    inGroup({ ...anyMember, ...notJoined }, theCall),
    inDm({ ...anyMember, ...notJoined }, theCall),
  ],
  'call.end': [
    inGroup({ ...managers, host: 'not_found' }, theCall, 'of somebody else'),
    inDm({ ...anyMember, ...notJoined }, theCall),
  ],
  'call.signal': [
    inGroup({ ...anyMember, ...notJoined }, toSignal),
    inDm({ ...anyMember, ...notJoined }, toSignal),
  ],
  'call.ice_servers': [inGroup(everybody, nothing)],
  'call.token': [
    inGroup({ ...anyMember, ...notJoined }, theCall),
    inDm({ ...anyMember, ...notJoined }, theCall),
  ],
};
