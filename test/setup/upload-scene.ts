import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { Problem } from '../../src/kernel/errors/problem.js';
import { getAttachment, uploadAttachment } from '../../src/modules/attachments/attachments.contract.js';
import { data, restDoor, type Door } from './doors.js';
import { query } from './embedded-fixture.js';
import { filesBelow } from './files.js';
import { BOUNDARY, type FormFile } from './forms.js';
import { person, startTestServer, type TestServer } from './server.js';
import { until } from './until.js';

export const MAX_BYTES = 2 ** 20;

/** A server that takes little and waits for no one, and somebody who uploads to it. */
export class UploadScene {
  private constructor(
    readonly server: TestServer,
    readonly token: string,
    private readonly door: Door,
  ) {}

  static async open(): Promise<UploadScene> {
    const server = await startTestServer({ uploadMaxBytes: MAX_BYTES, uploadIdleSeconds: 1 });
    const { token } = await person(server, 'alice');
    return new UploadScene(server, token, restDoor(server.url, token));
  }

  async clear(): Promise<void> {
    await query(this.server.database.ownerUrl, 'DELETE FROM attachments');
  }

  /** The directories of uploads that are on their way. */
  incoming(): Promise<string[]> {
    return readdir(`${this.server.attachmentsDir}/incoming`).catch(() => []);
  }

  /** Neither in the directory nor in a table, but for what the sweep knows of. */
  async expectNothingLeft(): Promise<void> {
    const { attachmentsDir, database } = this.server;
    await until(async () => (await this.incoming()).length === 0);
    expect(await query(database.ownerUrl, 'SELECT id FROM attachments')).toEqual([]);
    const objects = (await filesBelow(attachmentsDir)).map((name) => name.slice(0, 36));
    const known = await query<{ attachment_id: string }>(
      database.ownerUrl,
      'SELECT attachment_id FROM attachment_leftovers',
    );
    expect(objects.filter((id) => !known.some(({ attachment_id }) => attachment_id === id))).toEqual([]);
  }

  async refusalOf(file: FormFile): Promise<Problem> {
    const answer = await this.door.ask(uploadAttachment, { file });
    if (answer.ok) throw new Error(`It was taken: ${JSON.stringify(answer.data)}`);
    await this.expectNothingLeft();
    return answer.error;
  }

  async served(file: FormFile): Promise<{ answer: Response; bytes: Buffer }> {
    const { id } = await data(this.door.ask(uploadAttachment, { file }));
    const { url } = await data(this.door.ask(getAttachment, { attachmentId: id }));
    const answer = await fetch(this.server.url + url);
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /** A request that has begun. */
  async begin(header: string): Promise<Socket> {
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

export async function answered(socket: Socket): Promise<string> {
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}
