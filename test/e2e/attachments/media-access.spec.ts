import { getAttachment, uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import type { AttachmentDto } from '../../../src/modules/attachments/dto/attachment.dto.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import {
  deleteMessage,
  forwardMessage,
  listMedia,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import { expectData } from '../../support/clients/transports.js';
import type { FormFile } from '../../support/uploads/multipart-forms.js';
import { createImage, createTextFile } from '../../support/uploads/sample-files.js';

const upload = ({ rest }: TestActor, file: FormFile): Promise<AttachmentDto> =>
  expectData(rest.request(uploadAttachment, { file }));

bothTransports('A file is readable only through a readable message, also for its owner', async (context) => {
  const { alice, bob, carol, server } = context;
  const create = async (...memberIds: string[]): Promise<string> =>
    (await expectData(alice.transport.request(createConversation, { type: 'group', memberIds }))).id;
  const [withBob, withCarol] = [await create(bob.id), await create(carol.id)];
  const { id: attachmentId } = await upload(bob, createTextFile());
  const show = async (by: TestActor, conversationId: string): Promise<string> =>
    (
      await expectData(
        by.transport.request(sendMessage, { conversationId, type: 'file', media: [{ attachmentId }] }),
      )
    ).id;
  const readers = async (): Promise<string> => {
    const readers = { alice, bob, carol };
    const answers = await Promise.all(
      Object.entries(readers).map(async ([name, { rest }]) =>
        (await rest.request(getAttachment, { attachmentId })).ok ? name : [],
      ),
    );
    return answers.flat().join();
  };
  expect(await readers()).toBe('bob');
  const first = await show(bob, withBob);
  expect(await readers()).toBe('alice,bob');
  const addresses = await Promise.all(
    [alice, bob].map(({ rest }) => expectData(rest.request(getAttachment, { attachmentId }))),
  );
  const statuses = (): Promise<number[]> =>
    Promise.all(addresses.map(async ({ url }) => (await fetch(server.url + url)).status));
  expect(await statuses()).toEqual([200, 200]);

  await expectData(alice.transport.request(hideMessage, { messageId: first }));
  expect([await readers(), await statuses()]).toEqual(['bob', [404, 200]]);
  await expectData(alice.transport.request(removeMember, { conversationId: withBob, userId: bob.id }));
  expect([await readers(), await statuses()]).toEqual(['', [404, 404]]);
  const answer = await bob.transport.request(sendMessage, {
    conversationId: withCarol,
    type: 'file',
    media: [{ attachmentId }],
  });
  expect(answer).toMatchObject({
    ok: false,
    error: { errors: [{ field: 'media.0.attachmentId', code: 'not_found' }] },
  });
});

bothTransports(
  'A forwarded message keeps its attachments until the last message with them is deleted',
  async (context) => {
    const { alice, bob, carol, group, dm, server } = context;
    const [from, to] = [await group(), await dm('carol')];
    const { id: attachmentId } = await upload(bob, await createImage('png', 9, 9));
    const source = await expectData(
      bob.transport.request(sendMessage, { conversationId: from, type: 'image', media: [{ attachmentId }] }),
    );
    const passed = { messageId: source.id, conversationId: to, clientId: 'on' };
    const sent = await expectData(alice.transport.request(forwardMessage, passed));
    expect(sent).toMatchObject({ type: 'image', content: null, forwarded: true, media: source.media });
    expect(await expectData(alice.transport.request(forwardMessage, passed))).toEqual(sent);
    const { items } = await expectData(carol.rest.request(listMedia, { conversationId: to }));
    expect(items).toEqual([sent]);

    const status = async (by: TestActor): Promise<number | string> => {
      const answer = await by.rest.request(getAttachment, { attachmentId });
      return answer.ok ? (await fetch(server.url + answer.data.url)).status : answer.error.code;
    };
    expect(await Promise.all([alice, bob, carol].map(status))).toEqual([200, 200, 200]);
    await expectData(bob.transport.request(deleteMessage, { messageId: source.id }));
    expect(await Promise.all([alice, bob, carol].map(status))).toEqual([200, 'not_found', 200]);
    await expectData(alice.transport.request(deleteMessage, { messageId: sent.id }));
    expect(await Promise.all([alice, bob, carol].map(status))).toEqual(Array(3).fill('not_found'));
  },
);
