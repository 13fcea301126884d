/** Access of one module to the tables of the schema. */
export interface TableOwner {
  /** Folder of src/modules, else of src. */
  module: string;
  /** Tables that only this module and the routines write. */
  tables: string[];
  /** Tables of modules further up in this list that the statements of this module read. */
  reads: string[];
}

/**
 * Owner of each table, in the order of the ladder, lowest rung first. A write to a table of another module, or a read of a
 * table further down in this list, is a routine in functions/. A test compares the statements of src with this list.
 */
export const TABLE_OWNERS: TableOwner[] = [
  { module: 'kernel', tables: ['database_epochs', 'server_nodes'], reads: [] },
  { module: 'users', tables: ['users'], reads: [] },
  { module: 'blocks', tables: ['user_blocks'], reads: ['users'] },
  { module: 'conversations', tables: ['conversations', 'conversation_members'], reads: ['users'] },
  { module: 'typing', tables: [], reads: ['user_blocks', 'conversations'] },
  {
    module: 'attachments',
    tables: ['attachments', 'attachment_links', 'attachment_deletions', 'server_secrets'],
    reads: [],
  },
  {
    module: 'messages',
    tables: [
      'messages',
      'message_status',
      'message_reactions',
      'message_edits',
      'message_mentions',
      'message_flags',
      'thread_subscriptions',
    ],
    reads: ['users', 'conversations', 'conversation_members'],
  },
  {
    module: 'scheduled-messages',
    tables: ['scheduled_messages', 'scheduled_message_deletions'],
    reads: ['conversations'],
  },
  { module: 'drafts', tables: ['drafts'], reads: ['conversations'] },
  {
    module: 'search',
    tables: ['message_search', 'search_blocks', 'search_index_queue'],
    reads: ['conversations', 'conversation_members', 'messages'],
  },
  { module: 'polls', tables: ['polls', 'poll_options', 'poll_votes'], reads: ['messages'] },
  {
    module: 'calls',
    tables: ['calls', 'call_participants', 'call_idempotency_keys'],
    reads: ['conversations', 'conversation_members'],
  },
  { module: 'auth', tables: ['refresh_tokens'], reads: ['users'] },
];
