import { getAttachment, uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import type { AttachmentDto } from '../../../src/modules/attachments/dto/attachment.dto.js';
import {
  deleteMessage,
  editMessage,
  getMessage,
  listEdits,
  listMedia,
  listMessages,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import { expectData, type Answer } from '../../support/clients/transports.js';
import { MP4, createTextFile, createImage, WEBM } from '../../support/uploads/sample-files.js';
import type { FormFile } from '../../support/uploads/multipart-forms.js';

const upload = ({ rest }: TestActor, file: FormFile): Promise<AttachmentDto> =>
  expectData(rest.request(uploadAttachment, { file }));
const video: FormFile = { name: 'a.mp4', bytes: MP4, type: 'video/mp4' };
const voice: FormFile = { name: 'a.webm', bytes: WEBM, type: 'audio/webm' };

async function errorsOf(pending: Promise<Answer<unknown>>): Promise<unknown> {
  const answer = await pending;
  return answer.ok ? 'allowed' : (answer.error.errors ?? answer.error.code);
}

bothTransports(
  'A message contains the uploads of its sender, in order, for every member',
  async (context) => {
    const { alice, bob, dm, observe } = context;
    const conversationId = await dm();
    const [one, two] = [
      await upload(alice, await createImage('png')),
      await upload(alice, await createImage('jpeg')),
    ];
    const media = [{ attachmentId: two.id }, { attachmentId: one.id }];
    const sent = await expectData(
      alice.transport.request(sendMessage, { conversationId, type: 'image', media }),
    );
    expect(sent).toMatchObject({ type: 'image', content: null });
    expect(sent.media[0]).toEqual({
      attachmentId: two.id,
      url: null,
      thumbnailUrl: null,
      kind: 'image',
      mimeType: 'image/jpeg',
      size: two.size,
      width: 640,
      height: 480,
      durationMs: null,
      filename: 'picture.jpeg',
      hasThumbnail: true,
    });
    expect(sent.media[1]!.attachmentId).toBe(one.id);
    const [received] = await observe('message.new', 1);
    expect(received).toEqual(sent);
    const { items } = await expectData(bob.transport.request(listMessages, { conversationId }));
    expect(items).toEqual([sent]);
    const { url } = await expectData(bob.rest.request(getAttachment, { attachmentId: one.id }));
    expect((await fetch(context.server.url + url)).status).toBe(200);

    const captioned = await expectData(
      alice.transport.request(editMessage, { messageId: sent.id, content: 'Two pictures' }),
    );
    expect(captioned).toMatchObject({ content: 'Two pictures', media: sent.media });
    const bare = await expectData(
      alice.transport.request(editMessage, { messageId: sent.id, content: null }),
    );
    expect(bare).toMatchObject({ content: null, media: sent.media, version: captioned.version + 1 });
    expect(
      await expectData(alice.transport.request(editMessage, { messageId: sent.id, content: null })),
    ).toEqual(bare);
    const revisions = await expectData(alice.rest.request(listEdits, { messageId: sent.id }));
    expect(revisions.items.at(-1)!.content).toBe('Two pictures');
    const text = await context.sendText(alice, sent.conversationId, 'Text');
    expect(
      await errorsOf(alice.transport.request(editMessage, { messageId: text.id, content: null })),
    ).toEqual([{ field: 'content', code: 'required' }]);
  },
);

bothTransports('A message accepts the media kinds of its type', async ({ alice, group }) => {
  const conversationId = await group();
  const files = {
    image: await upload(alice, await createImage('png')),
    video: await upload(alice, video),
    voice: await upload(alice, voice),
    file: await upload(alice, createTextFile()),
  };
  for (const [type, { id }] of Object.entries(files))
    for (const [other, { id: attachmentId }] of Object.entries(files)) {
      const item = { attachmentId, ...(other === 'voice' ? { durationMs: 1_500 } : {}) };
      const pending = alice.transport.request(sendMessage, {
        conversationId,
        type,
        content: 'See',
        media: [item],
      });
      const wrongKindError = [{ field: 'media.0.attachmentId', code: 'wrong_kind' }];
      const fits = type === 'file' || id === attachmentId;
      expect([type, other, await errorsOf(pending)]).toEqual([
        type,
        other,
        fits ? 'allowed' : wrongKindError,
      ]);
    }
  const { items } = await expectData(alice.transport.request(listMessages, { conversationId }));
  expect(items.filter(({ media }) => media[0]!.durationMs === 1_500)).toHaveLength(2);
});

bothTransports('Rejected media are reported with their fields', async ({ alice, bob, dm }) => {
  const conversationId = await dm();
  const [own, others] = [await upload(alice, createTextFile()), await upload(bob, createTextFile())];
  const send = (input: object): Promise<unknown> =>
    errorsOf(alice.transport.request(sendMessage, { conversationId, ...input }));
  const show = (...media: object[]): Promise<unknown> => send({ type: 'file', media });
  const attachmentId = own.id;
  const fieldError = (field: string, code: string): unknown => [{ field, code }];

  expect(await send({})).toEqual(fieldError('content', 'required'));
  expect(await send({ type: 'text' })).toEqual(fieldError('content', 'required'));
  expect(await send({ type: 'image', content: 'See' })).toEqual(fieldError('media', 'required'));
  expect(await send({ type: 'file', media: [] })).toEqual(fieldError('media', 'required'));
  expect(await send({ content: 'See', media: [{ attachmentId }] })).toEqual(
    fieldError('media', 'not_allowed_for_type'),
  );
  expect(await show(...Array<object>(31).fill({ attachmentId }))).toEqual(fieldError('media', 'too_many'));
  expect(await show({ attachmentId }, {})).toEqual(fieldError('media.1.attachmentId', 'required'));
  expect(await show({ attachmentId }, { attachmentId: others.id })).toEqual(
    fieldError('media.1.attachmentId', 'not_found'),
  );
  expect(await show({ attachmentId: conversationId })).toEqual(
    fieldError('media.0.attachmentId', 'not_found'),
  );
  expect(await show({ attachmentId, mimeType: 'text/plain' })).toEqual(
    fieldError('media.0.mimeType', 'not_with_attachment'),
  );
  expect(await show({ attachmentId, url: 'https://elsewhere/x' })).toEqual(
    fieldError('media.0.url', 'not_with_attachment'),
  );
  expect(await show({ url: 'https://elsewhere/x' })).toEqual(fieldError('media.0.url', 'not_allowed'));
  expect(await show({ attachmentId, durationMs: -1 })).toEqual(
    fieldError('media.0.durationMs', 'out_of_range'),
  );
  const { items } = await expectData(alice.transport.request(listMessages, { conversationId }));
  expect(items).toEqual([]);
  expect(await send({ content: 'See', media: [] })).toBe('allowed');
});

bothTransports(
  'With ALLOW_EXTERNAL_MEDIA a message accepts external URLs',
  async ({ alice, dm }) => {
    const conversationId = await dm();
    const send = (type: string, ...media: object[]): Promise<Answer<{ media: object[] }>> =>
      alice.transport.request(sendMessage, { conversationId, type, media });
    const picture = { url: 'https://cdn.example/a.png', thumbnailUrl: 'https://cdn.example/b.png', width: 9 };
    const sent = await expectData(
      send('image', picture, { url: 'https://cdn.example/c', mimeType: 'image/png' }),
    );
    expect(sent.media[0]).toEqual({
      ...picture,
      attachmentId: null,
      kind: 'image',
      mimeType: null,
      size: null,
      height: null,
      durationMs: null,
      filename: null,
      hasThumbnail: false,
    });
    expect(await errorsOf(send('image', { url: 'http://cdn.example/a.png' }))).toEqual([
      { field: 'media.0.url', code: 'not_https' },
    ]);
    expect(await errorsOf(send('image', { ...picture, thumbnailUrl: 'http://cdn.example' }))).toEqual([
      { field: 'media.0.thumbnailUrl', code: 'not_https' },
    ]);
    for (const invalid of [
      'https://bank.example@cdn.example/a',
      'https://cdn.example\\a',
      'https://cdn.example/ a',
    ])
      for (const field of ['url', 'thumbnailUrl'])
        expect([invalid, await errorsOf(send('image', { ...picture, [field]: invalid }))]).toEqual([
          invalid,
          [{ field: `media.0.${field}`, code: 'not_a_url' }],
        ]);
    const odd = await expectData(send('image', { url: 'HTTPS://CDN.example/x/../a' }));
    expect(odd.media[0]).toMatchObject({ url: 'https://cdn.example/a' });
    expect(await errorsOf(send('image', { ...picture, mimeType: 'text/html' }))).toEqual([
      { field: 'media.0.mimeType', code: 'wrong_kind' },
    ]);
    expect(await errorsOf(send('voice', { url: 'https://cdn.example/a.ogg' }))).toBe('allowed');
  },
  { allowExternalMedia: true },
);

bothTransports('A retry returns the first message, also after its deletion', async ({ alice, dm, sql }) => {
  const conversationId = await dm();
  const { id: attachmentId } = await upload(alice, createTextFile());
  const input = { conversationId, type: 'file', media: [{ attachmentId }], clientId: 'once' };
  const attempts = await Promise.all(
    Array.from({ length: 8 }, () => expectData(alice.transport.request(sendMessage, input))),
  );
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(1);
  expect(await sql('SELECT message_id FROM attachment_links')).toHaveLength(1);
  await expectData(alice.transport.request(deleteMessage, { messageId: attempts[0]!.id }));
  const again = await expectData(alice.transport.request(sendMessage, input));
  expect(again).toMatchObject({ id: attempts[0]!.id, media: [] });
  expect(await errorsOf(alice.transport.request(sendMessage, { ...input, clientId: 'twice' }))).toEqual([
    { field: 'media.0.attachmentId', code: 'not_found' },
  ]);
});

bothTransports(
  'The media list contains messages with media, newest first, without deleted and hidden messages',
  async (context) => {
    const { alice, bob, carol, group, sendText } = context;
    const conversationId = await group();
    const [image, file] = [
      await upload(alice, await createImage('png', 9, 9)),
      await upload(alice, createTextFile()),
    ];
    const show = async (type: string, attachmentId: string): Promise<string> =>
      (
        await expectData(
          alice.transport.request(sendMessage, { conversationId, type, media: [{ attachmentId }] }),
        )
      ).id;
    const shown: string[] = [];
    for (const type of ['image', 'file', 'image', 'file', 'image']) {
      shown.push(await show(type, type === 'image' ? image.id : file.id));
      await sendText(bob, conversationId);
    }
    const list = async (input: object = {}): Promise<string[]> =>
      (await expectData(bob.rest.request(listMedia, { conversationId, ...input }))).items.map(({ id }) => id);
    expect(await list()).toEqual([...shown].reverse());
    expect(await list({ type: 'image' })).toEqual([shown[4], shown[2], shown[0]]);
    expect(await list({ type: 'video' })).toEqual([]);

    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await expectData(
        bob.rest.request(listMedia, { conversationId, limit: 2, ...(cursor && { cursor }) }),
      );
      pages.push(...page.items.map(({ id }) => id));
      expect(page.users[alice.id]).toMatchObject({ id: alice.id });
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(pages).toEqual([...shown].reverse());

    await expectData(alice.transport.request(deleteMessage, { messageId: shown[4]! }));
    await expectData(bob.transport.request(hideMessage, { messageId: shown[3]! }));
    expect(await list()).toEqual([shown[2], shown[1], shown[0]]);
    const [hidden, seen] = await Promise.all(
      [bob, alice].map(({ rest }) => expectData(rest.request(getMessage, { messageId: shown[3]! }))),
    );
    expect([hidden!.media, seen!.media.length]).toEqual([[], 1]);
    expect(await errorsOf(carol.rest.request(listMedia, { conversationId }))).toBe('not_found');
  },
);
