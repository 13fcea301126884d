interface Shown {
  content: string | null;
  media: object[];
  metadata: object | null;
  replyTo: object | null;
  reactions: object[];
  hidden: boolean;
}

/** What somebody sees of a message that they have hidden: its place, and the thread under it. */
export function hiddenFromMe<Message extends Shown>(message: Message): Message {
  return { ...message, content: null, media: [], metadata: null, replyTo: null, reactions: [], hidden: true };
}
