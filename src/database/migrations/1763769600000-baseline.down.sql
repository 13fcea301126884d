DROP SCHEMA pgboss CASCADE;
DROP TABLE call_starts, call_participants, calls, poll_votes, poll_options, polls, search_pending, message_search,
  attachment_leftovers, attachment_links, attachments, scheduled_messages, drafts, thread_follows, my_messages,
  message_mentions, message_edits, message_reactions, message_status, messages, conversation_members, conversations,
  kept_secrets, user_blocks, refresh_tokens, users;
