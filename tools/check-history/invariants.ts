import { CALL_INVARIANTS } from './call-invariants.js';
import { POLL_INVARIANTS } from './poll-invariants.js';

/**
 * Invariants that hold in every database at every moment, by name. A query checks the conversations or users with the ids
 * `$1` in one statement, so that it may run beside a working server. Each row describes one violation.
 */
type Invariants = Readonly<Record<string, string>>;

export const CONVERSATION_INVARIANTS: Invariants = {
  'seq runs without gaps': `
    SELECT format('conversation %s: seq runs from %s to %s, but there are %s messages, from %s to %s',
      c.id, c.first_seq, c.last_seq, stored.count, stored.lowest, stored.highest)
    FROM conversations c CROSS JOIN LATERAL (
      SELECT count(*), min(seq) AS lowest, max(seq) AS highest FROM messages WHERE conversation_id = c.id
    ) stored
    WHERE c.id = ANY($1)
      AND (stored.count <> c.last_seq - c.first_seq + 1 OR stored.lowest <> c.first_seq OR stored.highest <> c.last_seq)`,

  'last_main_seq is the newest seq of the main timeline': `
    SELECT format('conversation %s: last_main_seq is %s, but the newest seq of the main timeline is %s', c.id, c.last_main_seq, newest)
    FROM conversations c CROSS JOIN LATERAL (
      SELECT max(seq) AS newest FROM messages WHERE conversation_id = c.id AND thread_root_id IS NULL AND type <> 'system'
    ) main
    WHERE c.id = ANY($1) AND c.last_main_seq <> newest`,

  'each message has its own version': `
    SELECT format('conversation %s: version %s, after %s messages', id, version, last_seq)
    FROM conversations WHERE id = ANY($1) AND version <= last_seq`,

  'message versions lie between seq and the conversation version': `
    SELECT format('message %s: seq %s, version %s, in conversation %s of version %s', m.id, m.seq, m.version, c.id, c.version)
    FROM conversations c JOIN messages m ON m.conversation_id = c.id AND (m.version > c.version OR m.version <= m.seq)
    WHERE c.id = ANY($1)`,

  'members_version does not exceed version': `
    SELECT format('conversation %s: members_version %s, version %s', id, members_version, version)
    FROM conversations WHERE id = ANY($1) AND members_version > version`,

  'member_count is the number of members': `
    SELECT format('conversation %s: member_count is %s, but there are %s members', c.id, c.member_count, stored.count)
    FROM conversations c CROSS JOIN LATERAL (
      SELECT count(*) FROM conversation_members WHERE conversation_id = c.id
    ) stored
    WHERE c.id = ANY($1) AND c.member_count <> stored.count`,

  'a group or channel has an owner': `
    SELECT format('conversation %s: a %s without an owner', c.id, c.type) FROM conversations c
    WHERE c.id = ANY($1) AND c.type IN ('group', 'channel') AND NOT EXISTS (
      SELECT FROM conversation_members WHERE conversation_id = c.id AND role = 'owner'
    )`,

  'the members of a DM are its two users': `
    SELECT format('conversation %s: a DM of %s and %s, with the members %s', c.id, c.dm_user_low, c.dm_user_high, user_ids)
    FROM conversations c CROSS JOIN LATERAL (
      SELECT ARRAY(SELECT user_id FROM conversation_members WHERE conversation_id = c.id ORDER BY user_id) AS user_ids
    ) members
    WHERE c.id = ANY($1) AND c.type = 'dm' AND user_ids <> CASE WHEN c.dm_user_low = c.dm_user_high THEN ARRAY[c.dm_user_low] ELSE ARRAY[c.dm_user_low, c.dm_user_high] END`,

  'read and delivered positions are in order': `
    SELECT format('member %s of conversation %s: unread from %s, read %s, delivered %s, last_seq %s', m.user_id, c.id,
      coalesce(m.unread_from_seq::text, 'null'), m.last_read_seq, m.last_delivered_seq, c.last_seq)
    FROM conversations c JOIN conversation_members m ON m.conversation_id = c.id
    WHERE c.id = ANY($1) AND (m.unread_from_seq > m.last_read_seq OR m.last_read_seq > m.last_delivered_seq
      OR m.last_delivered_seq > c.last_seq)`,

  'a message receipt belongs to a live message within the positions of its user': `
    SELECT format('message %s: status %s of user %s', m.id, s.status, s.user_id)
    FROM messages m JOIN message_status s ON s.message_id = m.id
    LEFT JOIN conversation_members receipt_member
      ON receipt_member.conversation_id = m.conversation_id AND receipt_member.user_id = s.user_id
    LEFT JOIN thread_subscriptions thread ON thread.thread_root_id = m.thread_root_id AND thread.user_id = s.user_id
    WHERE m.conversation_id = ANY($1) AND (m.deleted_at IS NOT NULL OR m.type = 'system' OR m.sender_id = s.user_id
      OR CASE s.status WHEN 'read'
        THEN CASE WHEN m.thread_root_id IS NULL THEN receipt_member.last_read_seq ELSE thread.last_read_seq END
        ELSE receipt_member.last_delivered_seq END < m.seq)`,

  'the attachments of a message equal its links': `
    SELECT format('message %s: attachments %s, links %s', m.id, shown, linked)
    FROM messages m CROSS JOIN LATERAL (
      SELECT ARRAY(
        SELECT item ->> 'attachmentId' FROM jsonb_array_elements(m.media) WITH ORDINALITY AS one (item, place)
        WHERE item ->> 'attachmentId' IS NOT NULL ORDER BY place
      ) AS shown, ARRAY(
        SELECT l.attachment_id::text FROM attachment_links l JOIN attachments a ON a.id = l.attachment_id AND a.linked_at IS NOT NULL
        WHERE l.message_id = m.id AND l.conversation_id = m.conversation_id ORDER BY position
      ) AS linked
    ) media
    WHERE m.conversation_id = ANY($1) AND (m.media IS NOT NULL OR EXISTS (SELECT FROM attachment_links WHERE message_id = m.id))
      AND shown <> linked`,
  'each text or file is either indexed or queued': `
    SELECT format('message %s of conversation %s: %s', m.id, m.conversation_id, CASE
      WHEN m.content IS NULL AND m.media IS NULL THEN 'indexed without a text or file'
      WHEN indexed.message_id IS NULL THEN 'neither indexed nor queued'
      ELSE 'both indexed and queued' END)
    FROM messages m LEFT JOIN message_search indexed ON indexed.message_id = m.id
    LEFT JOIN search_index_queue queued ON queued.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND CASE WHEN m.content IS NULL AND m.media IS NULL THEN indexed.message_id IS NOT NULL
      ELSE (indexed.message_id IS NULL) = (queued.message_id IS NULL) END`,

  'references of a message are in its conversation': `
    SELECT format('message %s of conversation %s refers to message %s of conversation %s', m.id, m.conversation_id,
      other.id, other.conversation_id)
    FROM messages m JOIN messages other ON other.id IN (m.reply_to_id, m.thread_root_id)
    WHERE m.conversation_id = ANY($1) AND other.conversation_id <> m.conversation_id`,

  'the reaction summary equals the reactions': `
    SELECT format('message %s: summary %s, reactions %s', m.id,
      coalesce(m.reactions::text, 'none'), coalesce(counted.reactions::text, 'none'))
    FROM messages m CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('emoji', emoji, 'count', ids.count, 'userIds', ids.first)
        ORDER BY since, emoji COLLATE "C") AS reactions
      FROM (
        SELECT emoji, min(created_at) AS since, array_agg(user_id ORDER BY created_at, user_id) AS user_ids
        FROM message_reactions WHERE message_id = m.id GROUP BY emoji
      ) one CROSS JOIN LATERAL (SELECT cardinality(user_ids) AS count, user_ids[1:10] AS first) ids
    ) counted
    WHERE m.conversation_id = ANY($1) AND m.reactions IS DISTINCT FROM counted.reactions
      AND (m.reactions IS NOT NULL OR EXISTS (SELECT FROM message_reactions WHERE message_id = m.id))`,

  'a deleted message has no revisions and no reactions': `
    SELECT format('message %s: deleted, but has %s', m.id, leftover.table_name)
    FROM messages m JOIN (
      SELECT message_id, 'revisions' AS table_name FROM message_edits UNION
      SELECT message_id, 'reactions' FROM message_reactions
    ) leftover ON leftover.message_id = m.id
    WHERE m.conversation_id = ANY($1) AND m.deleted_at IS NOT NULL`,
  'the thread summary equals the replies': `
    SELECT format('message %s: version %s, %s replies up to seq %s, but found %s up to seq %s, last deletion at version %s',
      root.id, root.version, root.thread_reply_count, root.thread_last_reply_seq, replies.count, replies.newest, replies.last_deleted_version)
    FROM messages root CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE deleted_at IS NULL), max(seq) AS newest, max(version) FILTER (WHERE deleted_at IS NOT NULL) AS last_deleted_version
      FROM messages WHERE thread_root_id = root.id
    ) replies
    WHERE root.conversation_id = ANY($1) AND (root.thread_reply_count <> replies.count
      OR root.thread_last_reply_seq IS DISTINCT FROM replies.newest OR root.version <= replies.newest
      OR root.version < replies.last_deleted_version)`,

  'a thread is one level deep': `
    SELECT format('message %s is a reply to %s, which is a reply too', m.id, m.thread_root_id)
    FROM messages m JOIN messages root ON root.id = m.thread_root_id AND root.thread_root_id IS NOT NULL
    WHERE m.conversation_id = ANY($1)`,

  'the read position in a thread does not exceed its replies': `
    SELECT format('user %s in the thread of message %s of conversation %s: read %s of %s', subscription.user_id, root.id,
      root.conversation_id, subscription.last_read_seq, coalesce(root.thread_last_reply_seq::text, 'no replies'))
    FROM thread_subscriptions subscription JOIN messages root ON root.id = subscription.thread_root_id
    WHERE subscription.conversation_id = ANY($1) AND (subscription.last_read_seq > coalesce(root.thread_last_reply_seq, 0)
      OR root.conversation_id <> subscription.conversation_id OR root.thread_root_id IS NOT NULL)`,

  'the mention rows equal the mentions of a message': `
    SELECT format('message %s mentions %s, but the rows of seq %s have %s', m.id, mentions.ids, m.seq, mention_rows.ids)
    FROM messages m CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(id ORDER BY id), '{}') AS ids FROM unnest(m.mentions) AS id
    ) mentions CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(user_id ORDER BY user_id), '{}') AS ids FROM message_mentions
      WHERE message_id = m.id AND seq = m.seq AND is_thread_reply = (m.thread_root_id IS NOT NULL)
    ) mention_rows
    WHERE m.conversation_id = ANY($1) AND mentions.ids <> mention_rows.ids`,

  ...POLL_INVARIANTS,
  ...CALL_INVARIANTS,
};

/** `unread.clear` is one change of many memberships; every other change concerns one membership. */
const IS_UNREAD_CLEAR = 'bool_and(m.unread_from_seq IS NULL AND m.last_read_seq > 0)';

export const USER_INVARIANTS: Invariants = {
  'membership versions do not exceed the account version': `
    SELECT format('member %s of conversation %s: version %s, but account_version is %s', u.id, m.conversation_id, m.version, u.account_version)
    FROM users u JOIN conversation_members m ON m.user_id = u.id AND m.version > u.account_version WHERE u.id = ANY($1)`,

  'blocks_version does not exceed the account version': `
    SELECT format('user %s: blocks_version %s, but account_version is %s', id, blocks_version, account_version)
    FROM users WHERE id = ANY($1) AND blocks_version > account_version`,

  'scheduled message versions do not exceed the account version': `
    SELECT format('scheduled message %s: version %s, but account_version is %s', s.id, s.version, u.account_version)
    FROM users u JOIN scheduled_messages s ON s.sender_id = u.id AND s.version > u.account_version WHERE u.id = ANY($1)`,

  'a scheduled message was sent once, by its sender, in its conversation': `
    SELECT format('message %s of %s in conversation %s was scheduled %s times, by %s in conversation %s', m.id, m.sender_id,
      m.conversation_id, count(*), min(s.sender_id::text), min(s.conversation_id::text))
    FROM scheduled_messages s JOIN messages m ON m.id = s.message_id WHERE s.sender_id = ANY($1) GROUP BY m.id
    HAVING count(*) > 1 OR bool_or((m.sender_id, m.conversation_id) IS DISTINCT FROM (s.sender_id, s.conversation_id))`,
  'thread subscription versions do not exceed the account version': `
    SELECT format('user %s in the thread of message %s: version %s, but account_version is %s', u.id, subscription.thread_root_id,
      subscription.version, u.account_version)
    FROM users u JOIN thread_subscriptions subscription ON subscription.user_id = u.id AND subscription.version > u.account_version WHERE u.id = ANY($1)`,

  'each membership change has its own version': `
    SELECT format('user %s: version %s in the conversations %s', m.user_id, m.version,
      array_agg(m.conversation_id ORDER BY m.conversation_id))
    FROM conversation_members m WHERE m.user_id = ANY($1) AND m.version > 0
    GROUP BY m.user_id, m.version HAVING count(*) > 1 AND NOT ${IS_UNREAD_CLEAR}`,
};
