import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { ProblemDetailsDto } from '../../../src/kernel/errors/problem-details.dto.js';
import { getAttachment, uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import type { AttachmentDto } from '../../../src/modules/attachments/dto/attachment.dto.js';
import { expectData, restTransport, type Transport } from '../clients/transports.js';
import { query } from '../servers/embedded-postgres-fixture.js';
import { listFiles } from './sample-files.js';
import { BOUNDARY, type FormFile } from './multipart-forms.js';
import { createUser, startTestServer, type TestServer } from '../servers/test-server.js';
import { waitUntil } from '../environment/wait-until.js';

export const MAX_BYTES = 2 ** 20;

/** Server, by default with a small size limit and a short idle timeout, and a user that uploads. */
export class UploadFixture {
  private constructor(
    readonly server: TestServer,
    readonly token: string,
    private readonly transport: Transport,
  ) {}

  static async create(): Promise<UploadFixture> {
    return UploadFixture.of(await startTestServer({ uploadMaxBytes: MAX_BYTES, uploadIdleSeconds: 2.5 }));
  }

  /** Fixture with a server of the usual limits. */
  static async of(server: TestServer): Promise<UploadFixture> {
    const { token } = await createUser(server, 'alice');
    return new UploadFixture(server, token, restTransport(server.url, token));
  }

  async deleteAttachments(): Promise<void> {
    await query(this.server.database.ownerUrl, 'DELETE FROM attachments');
  }

  /** Directories of the uploads in progress. */
  listIncoming(): Promise<string[]> {
    return readdir(`${this.server.attachmentsDir}/incoming`).catch(() => []);
  }

  /**
   * Requires that no object is in the directory and no row in the table, except those queued for deletion.
   */
  async expectNoObjects(): Promise<void> {
    const { attachmentsDir, database } = this.server;
    await waitUntil(async () => (await this.listIncoming()).length === 0);
    expect(await query(database.ownerUrl, 'SELECT id FROM attachments')).toEqual([]);
    const objects = (await listFiles(attachmentsDir)).map((name) => name.slice(0, 36));
    const known = await query<{ attachment_id: string }>(
      database.ownerUrl,
      'SELECT attachment_id FROM attachment_deletions',
    );
    expect(objects.filter((id) => !known.some(({ attachment_id }) => attachment_id === id))).toEqual([]);
  }

  async expectRejected(file: FormFile): Promise<ProblemDetailsDto> {
    const answer = await this.transport.request(uploadAttachment, { file });
    if (answer.ok) throw new Error(`The upload was accepted: ${JSON.stringify(answer.data)}`);
    await this.expectNoObjects();
    return answer.error;
  }

  upload(file: FormFile): Promise<AttachmentDto> {
    return expectData(this.transport.request(uploadAttachment, { file }));
  }

  async uploadAndDownload(
    file: FormFile,
  ): Promise<{ attachment: AttachmentDto; answer: Response; bytes: Buffer }> {
    const attachment = await this.upload(file);
    const { url, ...signed } = await expectData(
      this.transport.request(getAttachment, { attachmentId: attachment.id }),
    );
    expect(signed).toMatchObject(attachment);
    const answer = await fetch(this.server.url + url);
    return { attachment, answer, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /** Starts a request without its body. */
  async beginRequest(header: string): Promise<Socket> {
    const socket = connect(Number(new URL(this.server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.write(
      [
        'POST /v1/attachments HTTP/1.1',
        'host: x',
        `authorization: Bearer ${this.token}`,
        `content-type: multipart/form-data; boundary=${BOUNDARY}`,
        header,
        '\r\n',
      ].join('\r\n'),
    );
    return socket;
  }
}

export async function readResponse(socket: Socket): Promise<string> {
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}
