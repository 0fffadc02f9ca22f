/** Stands behind the proxy in a process of its own, which `startUpstream` forks: small answers, a layer down, a layer up. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Certificate } from '../test/support/https.js';
import { layer } from './layer.js';

const small = Buffer.alloc(1024, 'small');

process.once('disconnect', () => process.exit());
process.once('message', async ({ pem, key }: Certificate) => {
  const server = createServer({ cert: pem, key }, answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.((server.address() as AddressInfo).port);
});

/** What is pushed is answered with its digest. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/layer') return pipeline(Readable.from(layer()), response);
  if (request.method === 'GET') {
    response.end(small);
    return;
  }
  const hash = createHash('sha256');
  await pipeline(request, hash);
  response.end(hash.digest('hex'));
}
