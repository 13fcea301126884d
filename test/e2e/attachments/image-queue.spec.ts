import type { FairQueue } from '../../../src/kernel/concurrency/fair-queue.js';
import { uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import { ImageProcessor } from '../../../src/modules/attachments/image-processor.js';
import { expectData, restTransport } from '../../support/clients/transports.js';
import { sharedServer } from '../../support/servers/shared-server.js';
import { createUser, type TestServer, type TestUser } from '../../support/servers/test-server.js';
import { toMultipartForm } from '../../support/uploads/multipart-forms.js';
import { createImage } from '../../support/uploads/sample-files.js';

/** Waiting images of all users. */
const MAX_WAITING = 32;

let server: TestServer;
let alice: TestUser;
let queue: FairQueue;
let release = (): void => undefined;
let blocked: Promise<void>;
const tasks: Promise<void>[] = [];

beforeEach(async () => {
  server = await sharedServer();
  alice = await createUser(server, 'alice');
  ({ queue } = server.app.get<unknown, { queue: FairQueue }>(ImageProcessor));
  blocked = new Promise((resolve) => (release = resolve));
});
afterEach(async () => {
  release();
  await Promise.all(tasks.splice(0));
});

/** Large images of a user, which are in process until the end of the test. */
function occupy(userId: string, count: number): void {
  for (let index = 0; index < count; index++) tasks.push(queue.run(userId, () => blocked));
}

describe('An image', () => {
  it('does not wait for the images of another user', async () => {
    occupy('another user', 4);
    const file = await createImage('png', 8, 8);
    await expectData(restTransport(server.url, alice.token).request(uploadAttachment, { file }));
  });

  it('is rejected with the time of a retry while too many wait', async () => {
    occupy('first', 1);
    for (let index = 0; index <= MAX_WAITING; index++) occupy(`user ${index}`, 1);
    const response = await fetch(`${server.url}/v1/attachments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${alice.token}`,
        ...toMultipartForm({ file: await createImage('png', 8, 8) }).headers,
      },
      body: new Uint8Array(toMultipartForm({ file: await createImage('png', 8, 8) }).body),
    });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await response.json()).toMatchObject({ code: 'rate_limited', retryAfterMs: 1_000 });
  });
});
