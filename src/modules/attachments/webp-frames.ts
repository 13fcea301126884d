import { open } from 'node:fs/promises';

const [HEAD, CHUNK_HEAD, FRAME_HEAD, BLOCK] = [12, 8, 16, 64 * 1024];

/**
 * Whether a WebP has more frames than the limit, or chunks without end. Counted by the heads of its chunks: the library
 * takes time by the square of the frames before it can tell their number.
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
      // An image has a few chunks, and a few are there once.
      if (isFrame ? ++frames > limit : ++others > 4 * limit) return true;
      // As the library does, into the frame and not past it: frames may hide in what a frame says is its own.
      at += CHUNK_HEAD + (isFrame ? FRAME_HEAD : size + (size % 2));
    }
    return false;
  } finally {
    await file.close();
  }
}
