import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from './https.js';

export interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** Bytes of its body so far. */
  received: number;
}

/** What `/answer` answers; it is said by the request's header `x-answer`, as JSON. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
}

/** Stands behind the proxy in GitLab's and its registry's place. */
export interface Upstream {
  address: string;
  seen: Seen[];
  /** Lets `/held` answers go on to their end. */
  release(): void;
  close(): void;
}

/**
 * `/answer` answers what it is told; `/bytes/<n>` gives n bytes; `/held` gives its length and its first half, and the rest
 * when released; all else is read to its end, and the number of its bytes answered. Upgraded streams are echoed.
 * @param certificate without it, HTTP in the clear
 */
export async function startUpstream(certificate?: Certificate): Promise<Upstream> {
  const seen: Seen[] = [];
  const held: (() => void)[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const one: Seen = { method, url, headers, received: 0 };
    seen.push(one);
    const { pathname } = new URL(url, 'http://upstream');
    if (pathname === '/answer') {
      const { status, headers: own } = JSON.parse(`${headers['x-answer']}`) as Answer;
      response.writeHead(status, own).end();
      return;
    }
    if (pathname === '/held') {
      response.writeHead(200, { 'content-length': 10 }).write('first');
      held.push(() => response.end(' last'));
      return;
    }
    const bytes = /^\/bytes\/(\d+)$/.exec(pathname)?.[1];
    if (bytes) {
      await give(Number(bytes), response);
      return;
    }
    for await (const chunk of request as AsyncIterable<Buffer>) one.received += chunk.length;
    response.end(`${one.received}`);
  }

  function upgrade({ method = '', url = '', headers }: IncomingMessage, socket: Duplex): void {
    seen.push({ method, url, headers, received: 0 });
    socket.on('error', () => {});
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${headers.upgrade}\r\n\r\n`);
    socket.pipe(socket);
  }

  const limits = { maxHeaderSize: 64 * 1024 };
  const server = certificate
    ? createHttpsServer({ cert: certificate.pem, key: certificate.key, ...limits })
    : createServer(limits);
  server.on('request', answer).on('upgrade', upgrade).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    release() {
      for (const go of held.splice(0)) go();
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const CHUNK = Buffer.alloc(256 * 1024, 'layer');

async function give(bytes: number, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-length': bytes });
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    if (!response.write(CHUNK.subarray(0, left))) await once(response, 'drain');
  }
  response.end();
}
