import { createCipheriv } from 'node:crypto';

/** Bytes. */
export const LAYER = 2 ** 30;
const CHUNK = 2 ** 18;

/** The same noise in each process; no two chunks are the same. */
export function* layer(): Generator<Buffer> {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(CHUNK));
  for (let at = 0; at < LAYER; at += CHUNK) {
    const chunk = Buffer.from(noise);
    chunk.writeUInt32BE(at);
    yield chunk;
  }
}
