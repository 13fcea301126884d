import { readFile } from 'node:fs/promises';
import {
  createHeic,
  createNestedBoxes,
  createPositionTrackVideo,
} from '../../support/uploads/iso-media-samples.js';
import { MP4 } from '../../support/uploads/sample-files.js';
import { UploadFixture } from '../../support/uploads/upload-fixture.js';

/** Texts that the recordings carry: title, place, maker, model, artist, and the program that wrote them. */
const SECRETS = /Secret|52\.5163|Lavf/;

/** Recordings of ffmpeg with metadata: file, kind, media type, and the bytes with which the coded content begins. */
const RECORDINGS: readonly (readonly [file: string, mimeType: string, content: string])[] = [
  ['video.mp4', 'video/mp4', 'mdat'],
  ['fragments.mp4', 'video/mp4', 'mdat'],
  ['video.mov', 'video/quicktime', 'mdat'],
  ['video.3gp', 'video/3gpp', 'mdat'],
  ['voice.m4a', 'audio/mp4', 'mdat'],
  ['video.webm', 'video/webm', '\x1f\x43\xb6\x75'],
  ['live.webm', 'audio/webm', '\x1f\x43\xb6\x75'],
  ['video.mkv', 'video/matroska', '\x1f\x43\xb6\x75'],
  ['voice.opus', 'audio/ogg', ''],
  ['voice.ogg', 'audio/ogg', '\x05vorbis'],
  ['video.ogv', 'video/ogg', '\x82theora'],
  ['voice.flac', 'audio/flac', '\xff\xf8'],
  ['voice.mp3', 'audio/mpeg', '\xff\xe3'],
  ['voice.aac', 'audio/aac', '\xff\xf1'],
  ['voice.wav', 'audio/wav', 'data'],
  ['voice.aiff', 'audio/aiff', 'SSND'],
  ['voice.caf', 'audio/x-caf', 'data'],
];
const CONTENT_BYTES = 300;

describe('The metadata of an upload', () => {
  let fixture: UploadFixture;

  beforeAll(async () => (fixture = await UploadFixture.create()));
  afterAll(() => fixture.server.stop());

  it.each(RECORDINGS)('is removed from %s, whose content stays', async (name, mimeType, content) => {
    const bytes = await readFile(`${__dirname}/../../support/uploads/recordings/${name}`);
    expect(bytes.toString('latin1')).toMatch(SECRETS);
    const file = { name, bytes, type: 'application/octet-stream' };
    const { attachment, answer, bytes: served } = await fixture.uploadAndDownload(file);
    expect(attachment).toMatchObject({ mimeType, size: served.length, metadataRemoved: true });
    expect(answer.headers.get('content-type')).toBe(mimeType);
    expect(served.toString('latin1')).not.toMatch(SECRETS);
    const at = bytes.lastIndexOf(content || 'OggS', undefined, 'latin1');
    expect(at).toBeGreaterThan(0);
    expect(served.subarray(at, at + CONTENT_BYTES)).toEqual(
      bytes.subarray(at, Math.min(at + CONTENT_BYTES, served.length)),
    );
  });

  it('is removed from a track of positions, as cameras record them', async () => {
    const bytes = createPositionTrackVideo('Secret position', 'Picture');
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a.mov', bytes });
    expect(attachment).toMatchObject({ kind: 'video', size: bytes.length, metadataRemoved: true });
    expect(served.toString('latin1')).not.toMatch(/Secret/);
    expect(served.toString('latin1')).toContain('Picture');
  });

  it('is removed from a HEIC photo, which is a download', async () => {
    const bytes = await createHeic('Secret place');
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a.heic', bytes });
    expect(attachment).toMatchObject({ kind: 'file', mimeType: 'image/heic', metadataRemoved: true });
    expect(served).toHaveLength(bytes.length);
    expect(served.toString('latin1')).not.toMatch(/Secret/);
  });

  it.each([
    ['a damaged video', MP4],
    ['a video of deeply nested boxes', createNestedBoxes(1_000)],
    ['a document', Buffer.from('%PDF-1.7\n%%EOF')],
    ['a text', Buffer.from('Hello')],
    ['a video in a format without a remover', Buffer.from(`RIFF\x40\0\0\0AVI LIST${'\0'.repeat(80)}`)],
  ])('is not removed from %s, which keeps its bytes', async (_title, bytes) => {
    const { attachment, bytes: served } = await fixture.uploadAndDownload({ name: 'a', bytes });
    expect(attachment.metadataRemoved).toBe(false);
    expect(served).toEqual(bytes);
  });

  it.each(RECORDINGS.map(([name]) => name))('keeps a %s that is cut off anywhere', async (name) => {
    const bytes = await readFile(`${__dirname}/../../support/uploads/recordings/${name}`);
    for (const share of [0.2, 0.6, 0.8]) {
      const { attachment, bytes: served } = await fixture.uploadAndDownload({
        name,
        bytes: bytes.subarray(0, bytes.length * share),
      });
      expect(attachment.size).toBe(served.length);
      if (attachment.metadataRemoved) expect(served.toString('latin1')).not.toMatch(SECRETS);
    }
  });
});
