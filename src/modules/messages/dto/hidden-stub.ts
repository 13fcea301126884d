interface Shown {
  content: string | null;
  media: object[];
  poll: object | null;
  call: object | null;
  metadata: object | null;
  replyTo: object | null;
  reactions: object[];
  hidden: boolean;
}

const NOTHING = {
  content: null,
  media: [],
  poll: null,
  call: null,
  metadata: null,
  replyTo: null,
  reactions: [],
};

/** What somebody sees of a message that they have hidden: its place, and the thread under it. */
export function toHiddenStub<Message extends Shown>(message: Message): Message {
  return { ...message, ...NOTHING, hidden: true };
}
