DROP SCHEMA pgboss CASCADE;
DROP TABLE call_idempotency_keys, call_participants, calls, poll_votes, poll_options, polls, search_index_queue, message_search,
  attachment_deletions, attachment_links, attachments, scheduled_messages, drafts, thread_subscriptions, message_flags,
  message_mentions, message_edits, message_reactions, message_status, messages, conversation_members, conversations,
  server_secrets, user_blocks, refresh_tokens, users;
