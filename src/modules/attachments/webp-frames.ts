import { open } from 'node:fs/promises';

const [HEAD, CHUNK_HEAD, FRAME_HEAD, BLOCK] = [12, 8, 16, 64 * 1024];

/**
 * Whether a WebP file has more frames than the limit, or an excessive number of chunks. Counts chunk headers, because
 * libwebp takes quadratic time in the number of frames to report it.
 */
export async function hasMoreFrames(path: string, limit: number): Promise<boolean> {
  const file = await open(path);
  try {
    const block = Buffer.alloc(BLOCK);
    let [start, length] = [0, (await file.read(block, 0, BLOCK, 0)).bytesRead];
    if (length < HEAD) return false;
    const end = CHUNK_HEAD + block.readUInt32LE(4);
    let [frames, others] = [0, 0];
    for (let at = HEAD; at + CHUNK_HEAD <= end;) {
      if (at + CHUNK_HEAD > start + length) {
        start = at;
        length = (await file.read(block, 0, BLOCK, at)).bytesRead;
        if (length < CHUNK_HEAD) return false;
      }
      const size = block.readUInt32LE(at - start + 4);
      const isFrame = block.toString('latin1', at - start, at - start + 4) === 'ANMF';
      // A valid image has few chunks other than frames.
      if (isFrame ? ++frames > limit : ++others > 4 * limit) return true;
      // Like libwebp, continues inside the frame: a frame's declared size may hide further frames.
      at += CHUNK_HEAD + (isFrame ? FRAME_HEAD : size + (size % 2));
    }
    return false;
  } finally {
    await file.close();
  }
}
