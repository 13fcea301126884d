import type { MessagePageDto } from '../../../src/modules/messages/dto/list-messages.dto.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { listMessages } from '../../../src/modules/messages/messages.contract.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import type { ConversationDeltaDto } from '../../../src/modules/sync/dto/sync.dto.js';
import { bothTransports, type ScenarioContext } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { sendReply, sendThreadRoot } from '../../support/features/thread-commands.js';

/** Replies beyond a page of history and beyond the messages of a reset. */
const REPLIES = 55;

const seqsOf = (messages: MessageDto[]): number[] => messages.map(({ seq }) => seq);

/** A root, a message after it, many replies, and a last message: seq 1, 2, 3–57, 58. */
async function fillThread(context: ScenarioContext): Promise<{ root: MessageDto; replies: MessageDto[] }> {
  const root = await sendThreadRoot(context);
  await context.sendText(context.alice, root.conversationId);
  const replies: MessageDto[] = [];
  for (let number = 1; number <= REPLIES; number++) replies.push(await sendReply(context.bob, root));
  await context.sendText(context.alice, root.conversationId);
  return { root, replies };
}

describe('The history of a conversation', () => {
  bothTransports('leaves out thread replies by default, on every page', async (context) => {
    const { root } = await fillThread(context);
    const { conversationId } = root;
    const list = (input: object): Promise<MessagePageDto> =>
      expectData(context.alice.transport.request(listMessages, { conversationId, ...input }));
    const last = REPLIES + 3;
    expect(seqsOf((await list({})).items)).toEqual([1, 2, last]);
    expect((await list({})).nextCursor).toBeNull();
    expect(await list({ timeline: 'main' })).toEqual(await list({}));
    const newest = await list({ limit: 2 });
    expect(seqsOf(newest.items)).toEqual([2, last]);
    expect(seqsOf((await list({ cursor: newest.nextCursor! })).items)).toEqual([1]);
    expect(seqsOf((await list({ after: 1, limit: 2 })).items)).toEqual([2, last]);
    expect(seqsOf((await list({ around: 30, limit: 2 })).items)).toEqual([2, last]);
    expect(seqsOf((await list({ before: last })).items)).toEqual([1, 2]);

    const all = await list({ timeline: 'all', limit: 100 });
    expect(seqsOf(all.items)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    expect(
      await expectErrorCode(
        context.alice.transport.request(listMessages, { conversationId, timeline: 'threads' }),
      ),
    ).toBe('validation_failed');
  });

  bothTransports('arrives in a reset without thread replies, and in a delta with them', async (context) => {
    const { root, replies } = await fillThread(context);
    const { conversationId } = root;
    const deltaOf = async (input: object): Promise<ConversationDeltaDto> => {
      const { conversations } = await expectData(context.carol.transport.request(sync, input));
      return conversations.find(({ conversation }) => conversation.id === conversationId)!;
    };
    const first = await deltaOf({});
    expect([first.reset, seqsOf(first.messages), first.hasMore]).toEqual([true, [REPLIES + 3], true]);
    const reset = await deltaOf({ conversations: { [conversationId]: 10 ** 9 } });
    expect([reset.reset, seqsOf(reset.messages), reset.hasMore]).toEqual([true, [1, 2, REPLIES + 3], false]);
    expect(reset.messages[0]!.thread).toEqual({ replyCount: REPLIES, lastReplySeq: replies.at(-1)!.seq });

    const missed = replies.slice(-3);
    const delta = await deltaOf({ conversations: { [conversationId]: missed[0]!.version - 1 } });
    expect([delta.reset, seqsOf(delta.messages).sort((one, other) => one - other)]).toEqual([
      false,
      [root.seq, ...seqsOf(missed), REPLIES + 3],
    ]);
  });
});
