import fs from 'node:fs';
import { Logger } from '@nestjs/common';
import { storageUnavailable } from '../../../src/modules/attachments/storage.js';
import { createTextFile } from '../../support/uploads/sample-files.js';
import { UploadFixture } from '../../support/uploads/upload-fixture.js';

/** Device on which each write fails with ENOSPC. */
const FULL_DEVICE = '/dev/full';

describe('An upload to a full storage', () => {
  let fixture: UploadFixture;

  beforeAll(async () => (fixture = await UploadFixture.create()));
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => fixture.server.stop());

  it('gets 507, is logged and leaves nothing', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const createWriteStream = fs.createWriteStream.bind(fs);
    jest.spyOn(fs, 'createWriteStream').mockImplementation(() => createWriteStream(FULL_DEVICE));
    expect(await fixture.expectRejected(createTextFile('x'.repeat(500_000), 'a.txt'))).toMatchObject({
      status: 507,
      code: 'insufficient_storage',
    });
    expect(warn).toHaveBeenCalledWith('File storage failed: Error ENOSPC');
  });

  it.each([
    ['a disk', Object.assign(new Error('write'), { code: 'ENOSPC', syscall: 'write' })],
    ['a disk quota', Object.assign(new Error('write'), { code: 'EDQUOT', syscall: 'write' })],
    ['a disk, reported by the image library', new Error('tmp.png: write: No space left on device')],
    ['a bucket', Object.assign(new Error('full'), { $metadata: { httpStatusCode: 507 } })],
  ])('is reported for %s', (_what, cause) => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    expect(storageUnavailable(cause).kind.code).toBe('insufficient_storage');
    expect(storageUnavailable(new Error('reset')).kind.code).toBe('service_unavailable');
  });
});
