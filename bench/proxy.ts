import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Pool } from 'undici';
import { caddyText } from '../src/proxy/caddy-config.js';
import { startCaddy } from '../test/support/caddy.js';
import { type Certificate, makeCertificate } from '../test/support/https.js';
import { freePort } from '../test/support/ports.js';
import { byTurns, type DataplaneFigure, figureOf, median, quantile, spending } from './figures.js';
import { LAYER, layer } from './layer.js';

const NAME = 'registry.sallyport.test';
const REQUESTS = 3_000;
const CONNECTIONS = 16;
const SECONDS = 3;
const ROUNDS = 3;
const MIB = 2 ** 20;
const RSS = 'process_resident_memory_bytes';

/** The real Caddy between a client and an upstream, each in a process of its own and all with TLS, and without it. */
export async function measureProxy(tell: (doing: string) => void): Promise<DataplaneFigure[]> {
  const certificate = makeCertificate();
  const upstream = await startUpstream(certificate);
  const caddy = await startProxy(certificate, upstream.port);
  try {
    const direct = clientOf(certificate, upstream.port);
    const proxied = clientOf(certificate, caddy.port);
    tell('small requests');
    const small = await smallRequests(direct, proxied, caddy.metricsUrl);
    tell('layers, down and up');
    const layers = await movedLayers(direct, proxied, caddy.metricsUrl);
    await Promise.all([direct.close(), proxied.close()]);
    return [...small, ...layers];
  } finally {
    await caddy.stop();
    upstream.stop();
  }
}

async function startUpstream(certificate: Certificate): Promise<{ port: number; stop(): void }> {
  const child = fork(join(import.meta.dirname, 'upstream.ts'));
  child.send(certificate);
  const [port] = await once(child, 'message');
  return { port, stop: () => child.disconnect() };
}

async function startProxy({ pem, key }: Certificate, upstreamPort: number) {
  const [port, statusPort] = [await freePort(), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  const certificate = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  await writeFile(certificate.certificate, pem);
  await writeFile(certificate.key, key);
  const upstream = { address: `127.0.0.1:${upstreamPort}`, tls: { serverName: NAME, caBundle: pem } };
  const config = caddyText({
    hosts: [{ public: NAME, upstream }],
    port: 443,
    listen: `127.0.0.1:${port}`,
    statusListen: `127.0.0.1:${statusPort}`,
    certificate,
  });
  const caddy = await startCaddy(config, `http://127.0.0.1:${statusPort}/healthz`);
  return {
    port,
    metricsUrl: `http://127.0.0.1:${statusPort}/metrics`,
    async stop() {
      await caddy.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function clientOf({ pem }: Certificate, port: number): Pool {
  return new Pool(`https://127.0.0.1:${port}`, {
    connections: CONNECTIONS,
    connect: { ca: pem, servername: NAME },
    bodyTimeout: 0,
    headersTimeout: 0,
  });
}

async function smallRequests(direct: Pool, proxied: Pool, metricsUrl: string): Promise<DataplaneFigure[]> {
  const askBoth = (times: number) =>
    byTurns(
      times,
      () => milliseconds(direct),
      () => milliseconds(proxied),
    );
  await askBoth(REQUESTS / 10);
  const took = await askBoth(REQUESTS);
  const spent: number[] = [];
  const rate = await byTurns(
    ROUNDS,
    () => requestsPerSecond(direct),
    () => spending(metricsUrl, spent, () => requestsPerSecond(proxied)),
  );
  const times = spent.map((seconds, round) => (1e6 * seconds) / SECONDS / (rate.with[round] ?? 0));
  return [
    ...[0.5, 0.99].map((share) => ({
      measure: `request of 1 KiB, p${100 * share}`,
      unit: 'ms',
      without: quantile(took.without, share),
      with: quantile(took.with, share),
    })),
    {
      measure: `requests of 1 KiB, ${CONNECTIONS} connections`,
      unit: '1/s',
      without: median(rate.without),
      with: median(rate.with),
    },
    { measure: "proxy's processor time of a request", unit: 'µs', without: 0, with: median(times) },
  ];
}

async function movedLayers(direct: Pool, proxied: Pool, metricsUrl: string): Promise<DataplaneFigure[]> {
  const digest = await digestOf(layer());
  const before = await figureOf(metricsUrl, RSS);
  const watch = watchHighest(() => figureOf(metricsUrl, RSS));
  const figures: DataplaneFigure[] = [];
  for (const [direction, move] of [
    ['down', pull],
    ['up', push],
  ] as const) {
    const spent: number[] = [];
    const moved = await byTurns(
      ROUNDS,
      () => move(direct, digest),
      () => spending(metricsUrl, spent, () => move(proxied, digest)),
    );
    const [without, withProxy] = [median(moved.without), median(moved.with)];
    figures.push(
      { measure: `layer of 1 GiB, ${direction}`, unit: 'MiB/s', without, with: withProxy },
      { measure: "proxy's processor time of it", unit: 's', without: 0, with: median(spent) },
    );
  }
  const highest = await watch.stop();
  return [
    ...figures,
    { measure: "proxy's memory, before and at most", unit: 'MiB', without: before / MIB, with: highest / MIB },
  ];
}

async function milliseconds(client: Pool): Promise<number> {
  const start = performance.now();
  const { body } = await client.request({ path: '/', method: 'GET', headers: { host: NAME } });
  await body.arrayBuffer();
  return performance.now() - start;
}

async function requestsPerSecond(client: Pool): Promise<number> {
  const end = performance.now() + 1000 * SECONDS;
  let answered = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < end) {
        await milliseconds(client);
        answered++;
      }
    }),
  );
  return answered / SECONDS;
}

/** MiB a second, what it takes to check the digest included. */
async function pull(client: Pool, digest: string): Promise<number> {
  return throughput(digest, async () => {
    const { body } = await client.request({ path: '/layer', method: 'GET', headers: { host: NAME } });
    return digestOf(body);
  });
}

async function push(client: Pool, digest: string): Promise<number> {
  return throughput(digest, async () => {
    const headers = { host: NAME, 'content-length': `${LAYER}` };
    const { body } = await client.request({ path: '/', method: 'PUT', headers, body: Readable.from(layer()) });
    return body.text();
  });
}

async function throughput(digest: string, move: () => Promise<string>): Promise<number> {
  const start = performance.now();
  const arrived = await move();
  if (arrived !== digest) throw new Error(`a layer arrived as ${arrived}, not as ${digest}`);
  return (1000 * LAYER) / MIB / (performance.now() - start);
}

async function digestOf(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** Looks each 100 ms. */
function watchHighest(probe: () => Promise<number>): { stop(): Promise<number> } {
  const seen: number[] = [];
  const timer = setInterval(async () => seen.push(await probe()), 100);
  return {
    async stop() {
      clearInterval(timer);
      return Math.max(...seen, await probe());
    },
  };
}
