import { ANN, CAM, DM, GROUP, id, type Corruption } from './valid-history.js';

export const CORRUPTED_THREADS: Corruption[] = [
  [
    'a thread with too high a reply count',
    'the thread summary equals the replies',
    `UPDATE messages SET thread_reply_count = 2 WHERE id = '${id(21)}'`,
    `message ${id(21)}: version 7, 2 replies up to seq 6, but found 1 up to seq 6, last deletion at version `,
  ],
  [
    'a thread reply that is not counted',
    'the thread summary equals the replies',
    `UPDATE messages SET thread_reply_count = 0, thread_last_reply_seq = NULL, version = 5 WHERE id = '${id(21)}'`,
    `message ${id(21)}: version 5, 0 replies up to seq , but found 1 up to seq 6, last deletion at version `,
  ],
  [
    'a deleted reply without a new version of its root',
    'the thread summary equals the replies',
    `UPDATE conversations SET version = 9 WHERE id = '${GROUP}';
     UPDATE messages SET deleted_at = now(), content = NULL, mentions = NULL, version = 9 WHERE id = '${id(23)}';
     UPDATE messages SET version = 8 WHERE id = '${id(21)}'`,
    `message ${id(21)}: version 8, 0 replies up to seq 6, but found 0 up to seq 6, last deletion at version 9`,
  ],
  [
    'a thread in a thread',
    'a thread is one level deep',
    `UPDATE messages SET thread_root_id = '${id(23)}' WHERE id = '${id(22)}'`,
    `message ${id(22)} is a reply to ${id(23)}, which is a reply too`,
  ],
  [
    'a read position beyond the newest reply',
    'the read position in a thread does not exceed its replies',
    `UPDATE thread_subscriptions SET last_read_seq = 7 WHERE user_id = '${ANN}'`,
    `user ${ANN} in the thread of message ${id(21)} of conversation ${GROUP}: read 7 of 6`,
  ],
  [
    'a thread subscription in another conversation',
    'the read position in a thread does not exceed its replies',
    `UPDATE thread_subscriptions SET thread_root_id = '${id(25)}', last_read_seq = 0 WHERE user_id = '${ANN}'`,
    `user ${ANN} in the thread of message ${id(25)} of conversation ${DM}: read 0 of no replies`,
  ],
  [
    'a mention without a row',
    'the mention rows equal the mentions of a message',
    `DELETE FROM message_mentions WHERE user_id = '${ANN}'`,
    `message ${id(23)} mentions {${ANN},${CAM}}, but the rows of seq 6 have {${CAM}}`,
  ],
  [
    'a mention row with the wrong thread flag',
    'the mention rows equal the mentions of a message',
    `UPDATE message_mentions SET is_thread_reply = false`,
    `message ${id(23)} mentions {${ANN},${CAM}}, but the rows of seq 6 have {}`,
  ],
];
