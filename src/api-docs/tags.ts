/** Groups of routes in the OpenAPI document, in the order of the page. */
export const TAGS: Record<string, string> = {
  users: 'Users, profiles and settings; bulk upserts of the host product.',
  conversations: 'DMs, groups and channels.',
  members: 'Members of conversations: adding, joining, roles, removal.',
  memberships: 'Private side of a conversation: read state, mute, pin, archive.',
  inbox: 'Conversation list with unread counts.',
  messages: 'Messages: sending, history, edits, reactions, pins, mentions, flags, search.',
  threads: 'Replies to one message, and the threads that a user follows.',
  polls: 'Polls, votes and results.',
  attachments: 'Uploads, and files at signed URLs.',
  calls: 'Voice and video calls, ICE servers, access to the media server.',
  drafts: 'Unsent text, the same on all devices of a user.',
  'scheduled-messages': 'Messages with a send time.',
  blocks: 'User-to-user blocking.',
  sync: 'Everything that a client missed.',
  auth: 'Local accounts, with LOCAL_ACCOUNTS only.',
  health: 'Liveness and readiness of the process.',
};
