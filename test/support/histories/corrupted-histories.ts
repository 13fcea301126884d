import { ANN, BOB, CAM, CHANNEL, DM, GROUP, id, type Corruption } from './valid-history.js';
import { CORRUPTED_POLLS } from './valid-polls.js';
import { CORRUPTED_CALLS } from './corrupted-calls.js';
import { CORRUPTED_THREADS } from './corrupted-threads.js';

export const CORRUPTED_HISTORIES: Corruption[] = [
  [
    'a lost message',
    'seq runs without gaps',
    `DELETE FROM messages WHERE id = '${id(22)}'`,
    `conversation ${GROUP}: seq runs from 1 to 7, but there are 6 messages, from 1 to 7`,
  ],
  [
    'a lost newest message',
    'seq runs without gaps',
    `DELETE FROM messages WHERE id = '${id(25)}'`,
    `conversation ${DM}: seq runs from 1 to 3, but there are 2 messages, from 1 to 2`,
  ],
  [
    'a message beyond last_seq',
    'seq runs without gaps',
    `UPDATE conversations SET last_seq = 6 WHERE id = '${GROUP}'`,
    `conversation ${GROUP}: seq runs from 1 to 6, but there are 7 messages, from 1 to 7`,
  ],
  [
    'messages deleted by retention without a new first_seq',
    'seq runs without gaps',
    `DELETE FROM messages WHERE conversation_id = '${CHANNEL}' AND seq = 1`,
    `conversation ${CHANNEL}: seq runs from 1 to 3, but there are 2 messages, from 2 to 3`,
  ],
  [
    'a newest message beyond last_main_seq',
    'last_main_seq is the newest seq of the main timeline',
    `UPDATE conversations SET last_main_seq = 4 WHERE id = '${GROUP}'`,
    `conversation ${GROUP}: last_main_seq is 4, but the newest seq of the main timeline is 5`,
  ],
  [
    'a version that was not incremented',
    'each message has its own version',
    `UPDATE messages SET version = seq WHERE conversation_id = '${DM}';
     UPDATE conversations SET version = 3 WHERE id = '${DM}'`,
    `conversation ${DM}: version 3, after 3 messages`,
  ],
  [
    'a message version beyond the conversation version',
    'message versions lie between seq and the conversation version',
    `UPDATE messages SET version = 9 WHERE id = '${id(25)}'`,
    `message ${id(25)}: seq 3, version 9, in conversation ${DM} of version 4`,
  ],
  [
    'a message version below its first',
    'message versions lie between seq and the conversation version',
    `UPDATE messages SET version = 3 WHERE id = '${id(25)}'`,
    `message ${id(25)}: seq 3, version 3, in conversation ${DM} of version 4`,
  ],
  [
    'a members_version beyond the version',
    'members_version does not exceed version',
    `UPDATE conversations SET members_version = 9 WHERE id = '${DM}'`,
    `conversation ${DM}: members_version 9, version 4`,
  ],
  [
    'a member that is not counted',
    'member_count is the number of members',
    `UPDATE conversations SET member_count = member_count - 1 WHERE id = '${DM}'`,
    `conversation ${DM}: member_count is 1, but there are 2 members`,
  ],
  [
    'a group without an owner',
    'a group or channel has an owner',
    `UPDATE conversation_members SET role = 'admin' WHERE conversation_id = '${GROUP}'`,
    `conversation ${GROUP}: a group without an owner`,
  ],
  [
    'a channel without members',
    'a group or channel has an owner',
    `DELETE FROM conversation_members WHERE conversation_id = '${CHANNEL}'`,
    `conversation ${CHANNEL}: a channel without an owner`,
  ],
  [
    'a DM with one member',
    'the members of a DM are its two users',
    `DELETE FROM conversation_members WHERE conversation_id = '${DM}' AND user_id = '${BOB}'`,
    `conversation ${DM}: a DM of ${ANN} and ${BOB}, with the members {${ANN}}`,
  ],
  [
    'a DM with three members',
    'the members of a DM are its two users',
    `INSERT INTO conversation_members (conversation_id, user_id) VALUES ('${DM}', '${CAM}')`,
    `conversation ${DM}: a DM of ${ANN} and ${BOB}, with the members {${ANN},${BOB},${CAM}}`,
  ],
  [
    'a position beyond the newest message',
    'read and delivered positions are in order',
    `UPDATE conversation_members SET last_delivered_seq = 9 WHERE conversation_id = '${DM}' AND user_id = '${BOB}'`,
    `member ${BOB} of conversation ${DM}: unread from null, read 0, delivered 9, last_seq 3`,
  ],
  [
    'a read position beyond the delivered position',
    'read and delivered positions are in order',
    `UPDATE conversation_members SET last_read_seq = 3 WHERE conversation_id = '${DM}' AND user_id = '${ANN}'`,
    `member ${ANN} of conversation ${DM}: unread from null, read 3, delivered 1, last_seq 3`,
  ],
  [
    'an unread position beyond the read position',
    'read and delivered positions are in order',
    `UPDATE conversation_members SET unread_from_seq = 3 WHERE conversation_id = '${GROUP}' AND user_id = '${CAM}'`,
    `member ${CAM} of conversation ${GROUP}: unread from 3, read 2, delivered 2, last_seq 7`,
  ],
  [
    'a receipt of the sender',
    'a message receipt belongs to a live message within the positions of its user',
    `INSERT INTO message_status (message_id, user_id, status, delivered_at, read_at) VALUES ('${id(25)}', '${BOB}', 'delivered', now(), NULL)`,
    `message ${id(25)}: status delivered of user ${BOB}`,
  ],
  [
    'a receipt beyond the read position',
    'a message receipt belongs to a live message within the positions of its user',
    `UPDATE conversation_members SET last_delivered_seq = 7 WHERE user_id = '${CAM}';
     INSERT INTO message_status (message_id, user_id, status, delivered_at, read_at) VALUES ('${id(21)}', '${CAM}', 'read', now(), now())`,
    `message ${id(21)}: status read of user ${CAM}`,
  ],
  [
    'a receipt of a deleted message',
    'a message receipt belongs to a live message within the positions of its user',
    `UPDATE messages SET content = NULL, deleted_at = now() WHERE id = '${id(22)}';
     UPDATE conversation_members SET last_delivered_seq = 7, last_read_seq = 7 WHERE user_id = '${CAM}';
     INSERT INTO message_status (message_id, user_id, status, delivered_at, read_at) VALUES ('${id(22)}', '${CAM}', 'read', now(), now())`,
    `message ${id(22)}: status read of user ${CAM}`,
  ],
  [
    'an attachment without a link',
    'the attachments of a message equal its links',
    `UPDATE messages SET media = '[{"attachmentId": "${id(41)}"}]' WHERE id = '${id(22)}'`,
    `message ${id(22)}: attachments {${id(41)}}, links {}`,
  ],
  [
    'a text that is neither indexed nor queued',
    'each text or file is either indexed or queued',
    `DELETE FROM search_index_queue WHERE message_id = '${id(25)}'`,
    `message ${id(25)} of conversation ${DM}: neither indexed nor queued`,
  ],
  [
    'a text that is indexed and queued',
    'each text or file is either indexed or queued',
    `INSERT INTO message_search SELECT id, conversation_id, seq, sender_id, type, now(), '' FROM messages WHERE id = '${id(25)}'`,
    `message ${id(25)} of conversation ${DM}: both indexed and queued`,
  ],
  [
    'an indexed message without a text',
    'each text or file is either indexed or queued',
    `UPDATE messages SET content = NULL, deleted_at = now() WHERE id = '${id(25)}';
     INSERT INTO message_search SELECT id, conversation_id, seq, sender_id, type, now(), '' FROM messages WHERE id = '${id(25)}'`,
    `message ${id(25)} of conversation ${DM}: indexed without a text or file`,
  ],
  [
    'a reply to a message of another conversation',
    'references of a message are in its conversation',
    `UPDATE messages SET reply_to_id = '${id(25)}' WHERE id = '${id(22)}'`,
    `message ${id(22)} of conversation ${GROUP} refers to message ${id(25)} of conversation ${DM}`,
  ],
  [
    'a thread reply to a message of another conversation',
    'references of a message are in its conversation',
    `UPDATE messages SET thread_root_id = '${id(25)}' WHERE id = '${id(23)}'`,
    `message ${id(23)} of conversation ${GROUP} refers to message ${id(25)} of conversation ${DM}`,
  ],
  [
    'a reaction that is not counted',
    'the reaction summary equals the reactions',
    `INSERT INTO message_reactions (message_id, user_id, emoji) VALUES ('${id(25)}', '${ANN}', '👍')`,
    `message ${id(25)}: summary none, reactions [{"count": 1, "emoji": "👍", "userIds": ["${ANN}"]}]`,
  ],
  [
    'a count of removed reactions',
    'the reaction summary equals the reactions',
    `DELETE FROM message_reactions WHERE user_id = '${CAM}' OR emoji = '🎉'`,
    `message ${id(21)}: summary [{"count": 1, "emoji": "🎉", "userIds": ["${BOB}"]}, {"count": 2, "emoji": "👍", "userIds": ["${CAM}", "${ANN}"]}], reactions [{"count": 1, "emoji": "👍", "userIds": ["${ANN}"]}]`,
  ],
  [
    'reactions in another order',
    'the reaction summary equals the reactions',
    `UPDATE message_reactions SET created_at = '2026-01-04' WHERE emoji = '🎉'`,
    `message ${id(21)}: summary [{"count": 1, "emoji": "🎉", "userIds": ["${BOB}"]}, {"count": 2, "emoji": "👍", "userIds": ["${CAM}", "${ANN}"]}], reactions [{"count": 2, "emoji": "👍", "userIds": ["${CAM}", "${ANN}"]}, {"count": 1, "emoji": "🎉", "userIds": ["${BOB}"]}]`,
  ],
  [
    'a revision of a deleted message',
    'a deleted message has no revisions and no reactions',
    `UPDATE messages SET content = NULL, deleted_at = now() WHERE id = '${id(25)}';
     INSERT INTO message_edits (message_id, version, content, written_at) VALUES ('${id(25)}', 3, 'Oops', now())`,
    `message ${id(25)}: deleted, but has revisions`,
  ],
  ...CORRUPTED_THREADS,
  ...CORRUPTED_POLLS,
  ...CORRUPTED_CALLS,
  [
    'a membership version beyond the account version',
    'membership versions do not exceed the account version',
    `UPDATE users SET account_version = 1 WHERE id = '${CAM}'`,
    `member ${CAM} of conversation ${CHANNEL}: version 2, but account_version is 1`,
  ],
  [
    'a blocks_version beyond the account version',
    'blocks_version does not exceed the account version',
    `UPDATE users SET blocks_version = 4 WHERE id = '${BOB}'`,
    `user ${BOB}: blocks_version 4, but account_version is 3`,
  ],
  [
    'a scheduled message version beyond the account version',
    'scheduled message versions do not exceed the account version',
    `UPDATE scheduled_messages SET version = 4`,
    `scheduled message ${id(31)}: version 4, but account_version is 3`,
  ],
  [
    'a scheduled message of another sender',
    'a scheduled message was sent once, by its sender, in its conversation',
    `UPDATE scheduled_messages SET sender_id = '${ANN}'`,
    `message ${id(25)} of ${BOB} in conversation ${DM} was scheduled 1 times, by ${ANN} in conversation ${DM}`,
  ],
  [
    'a thread subscription version beyond the account version',
    'thread subscription versions do not exceed the account version',
    `UPDATE thread_subscriptions SET version = 8 WHERE user_id = '${ANN}'`,
    `user ${ANN} in the thread of message ${id(21)}: version 8, but account_version is 7`,
  ],
  [
    'two changes with one version',
    'each membership change has its own version',
    `UPDATE conversation_members SET version = 2 WHERE user_id = '${CAM}'`,
    `user ${CAM}: version 2 in the conversations {${GROUP},${CHANNEL}}`,
  ],
];
