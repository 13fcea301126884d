import { setTimeout as sleep } from 'node:timers/promises';
import { createTextFile } from '../../support/uploads/sample-files.js';
import {
  toFieldPart,
  toFilePart,
  toMultipartForm,
  joinParts,
} from '../../support/uploads/multipart-forms.js';
import { readResponse, MAX_BYTES, UploadFixture } from '../../support/uploads/upload-fixture.js';
import { waitUntil } from '../../support/environment/wait-until.js';

/** Pause between parts in ms: shorter than the idle time of 2.5 s, which the whole upload exceeds. */
const PAUSE_MS = 500;

describe('An upload', () => {
  let fixture: UploadFixture;

  beforeAll(async () => (fixture = await UploadFixture.create()));
  beforeEach(() => fixture.deleteAttachments());
  afterAll(() => fixture.server.stop());

  it('above the size limit is rejected, with and without a declared length', async () => {
    const bytes = Buffer.alloc(MAX_BYTES + 1, 'a');
    expect(await fixture.expectRejected({ name: 'a', bytes })).toMatchObject({
      status: 413,
      code: 'payload_too_large',
    });
    expect(await fixture.expectRejected({ name: 'a', bytes: Buffer.alloc(3 * MAX_BYTES) })).toMatchObject({
      status: 413,
    });
    const socket = await fixture.beginRequest(`transfer-encoding: chunked`);
    const { body } = toMultipartForm({ file: { name: 'a', bytes } });
    for (let at = 0; at < body.length; at += 60_000) {
      const part = body.subarray(at, at + 60_000);
      socket.write(`${part.length.toString(16)}\r\n`);
      socket.write(part);
      socket.write('\r\n');
    }
    expect(await readResponse(socket)).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
    await fixture.expectNoObjects();
    expect(
      (await fixture.uploadAndDownload({ name: 'a', bytes: Buffer.alloc(MAX_BYTES, 'a') })).bytes,
    ).toHaveLength(MAX_BYTES);
  });

  it('without an end is rejected at the size limit', async () => {
    const socket = await fixture.beginRequest('transfer-encoding: chunked');
    const head = toFilePart({ name: 'a', bytes: Buffer.alloc(0) }).subarray(0, -2);
    socket.write(`${head.length.toString(16)}\r\n`);
    socket.write(head);
    socket.write('\r\n');
    const chunk = Buffer.concat([Buffer.from('ffff\r\n'), Buffer.alloc(0xffff, 'a'), Buffer.from('\r\n')]);
    const answer = readResponse(socket);
    const end = new Promise((resolve) => socket.once('close', resolve));
    const flood = setInterval(() => socket.write(chunk), 5);
    expect(await answer).toMatch(/^HTTP\/1.1 413 /);
    await end;
    clearInterval(flood);
    await fixture.expectNoObjects();
  });

  it.each(['in its head', 'in the file', 'before the end'])(
    'that is interrupted %s leaves no data',
    async (where) => {
      const { body } = toMultipartForm({ file: { name: 'a', bytes: Buffer.alloc(200_000, 'a') } });
      const at = { 'in its head': 40, 'in the file': 100_000, 'before the end': body.length - 5 }[where]!;
      const socket = await fixture.beginRequest(`content-length: ${body.length}`);
      socket.write(body.subarray(0, at));
      await waitUntil(async () => (await fixture.listIncoming()).length > 0);
      socket.destroy();
      await fixture.expectNoObjects();
    },
  );

  it('that stalls is aborted', async () => {
    const { body } = toMultipartForm({ file: { name: 'a', bytes: Buffer.alloc(200_000, 'a') } });
    const socket = await fixture.beginRequest(`content-length: ${body.length}`);
    socket.write(body.subarray(0, 100_000));
    expect(await readResponse(socket)).toMatch(/^HTTP\/1.1 408 /);
    socket.destroy();
    await fixture.expectNoObjects();
  });

  it('that arrives over a longer time than the idle time succeeds', async () => {
    const { body } = toMultipartForm({ file: createTextFile('Slow but steady') });
    const socket = await fixture.beginRequest(`content-length: ${body.length}`);
    for (let at = 0; at < body.length; at += Math.ceil(body.length / 6)) {
      socket.write(body.subarray(at, at + Math.ceil(body.length / 6)));
      await sleep(PAUSE_MS);
    }
    expect(await readResponse(socket)).toMatch(/^HTTP\/1.1 201 /);
    socket.destroy();
  });

  it('with several files or too many fields is rejected', async () => {
    const validPart = toFilePart(createTextFile());
    const many = Array.from({ length: 12 }, (_, index) => toFieldPart(`f${index}`, 'a'));
    for (const parts of [
      [validPart, validPart],
      [...many, validPart],
      [validPart, ...many],
      Array<Buffer>(50).fill(validPart),
    ]) {
      const { headers, body } = joinParts(parts);
      const answer = await fetch(`${fixture.server.url}/v1/attachments`, {
        method: 'POST',
        headers: { authorization: `Bearer ${fixture.token}`, ...headers },
        body: new Uint8Array(body),
      });
      expect(answer.status).toBe(400);
      await fixture.expectNoObjects();
    }
  });

  it('with more bytes around the file than in it is rejected', async () => {
    const socket = await fixture.beginRequest('transfer-encoding: chunked');
    const much = 'a'.repeat(2 * MAX_BYTES);
    socket.write(`${much.length.toString(16)}\r\n${much}\r\n`);
    expect(await readResponse(socket)).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
    await fixture.expectNoObjects();
  });

  it('without authentication is rejected before its body is received', async () => {
    const { headers, body } = toMultipartForm({ file: createTextFile() });
    const answer = await fetch(`${fixture.server.url}/v1/attachments`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    expect(answer.status).toBe(401);
    await fixture.expectNoObjects();
  });
});
