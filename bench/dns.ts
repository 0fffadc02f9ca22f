import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { withRewrites } from '../src/corefile/edit.js';
import { startCoreDns } from '../test/support/coredns.js';
import { freePort } from '../test/support/ports.js';
import { byTurns, type DataplaneFigure, median, spending } from './figures.js';

const REWRITTEN = 'gitlab.example.com';
const OTHER = 'other.example.com';
const ROUNDS = 5;
const SECONDS = 2;
/** Questions on their way at once, so few that the system drops none. */
const SOCKETS = 4;
const WINDOW = 16;

/** Two of the real CoreDNS, the Corefile of one of them edited; what they answer is in their caches. */
export async function measureDns(tell: (doing: string) => void): Promise<DataplaneFigure[]> {
  const plain = await startResolver((text) => text);
  const edited = await startResolver((text, port) => {
    const rewrites = [
      { from: REWRITTEN, to: 'gitlab.privatelink.example.net' },
      { from: 'registry.example.com', to: 'registry.privatelink.example.net' },
    ];
    const edit = withRewrites(text, rewrites, 'bench/gitlab', { port });
    if (!edit.ok) throw edit.error;
    return edit.value.text;
  });
  try {
    const figures: DataplaneFigure[] = [];
    for (const [what, name, address] of [
      ['a rewritten name', REWRITTEN, '10.0.0.1'],
      ['another name', OTHER, '192.0.2.2'],
    ] as const) {
      tell(`DNS queries, ${what}`);
      const cpu = { without: [] as number[], with: [] as number[] };
      const rate = await byTurns(
        ROUNDS,
        () => ask(plain, name, name === REWRITTEN ? '192.0.2.1' : address, cpu.without),
        () => ask(edited, name, address, cpu.with),
      );
      figures.push(
        { measure: `DNS queries, ${what}`, unit: '1/s', without: median(rate.without), with: median(rate.with) },
        { measure: 'processor time of a query', unit: 'µs', without: median(cpu.without), with: median(cpu.with) },
      );
    }
    return figures;
  } finally {
    await Promise.all([plain.stop(), edited.stop()]);
  }
}

interface Resolver {
  port: number;
  metricsUrl: string;
  stop(): Promise<void>;
}

async function startResolver(edit: (corefile: string, port: number) => string): Promise<Resolver> {
  const metricsPort = await freePort();
  const { port, stop } = await startCoreDns(
    (port) =>
      edit(
        `.:${port} {
    bind 127.0.0.1
    errors
    prometheus 127.0.0.1:${metricsPort}
    cache 30
    hosts /dev/null . {
        192.0.2.1 ${REWRITTEN}
        192.0.2.2 ${OTHER}
        10.0.0.1 gitlab.privatelink.example.net
    }
}
`,
        port,
      ),
    OTHER,
  );
  return { port, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`, stop };
}

/** Resolves to the answers a second, and adds the processor time of an answer, in microseconds, to `cpu`. */
async function ask({ port, metricsUrl }: Resolver, name: string, address: string, cpu: number[]): Promise<number> {
  const spent: number[] = [];
  const start = performance.now();
  const end = start + 1000 * SECONDS;
  const counts = await spending(metricsUrl, spent, () =>
    Promise.all(Array.from({ length: SOCKETS }, () => askUntil(end, port, name, address))),
  );
  const answers = counts.reduce((sum, count) => sum + count, 0);
  cpu.push((1e6 * (spent[0] ?? 0)) / answers);
  return answers / SECONDS;
}

/** Resolves to how many answers came; each question is sent when an earlier one is answered. */
async function askUntil(end: number, port: number, name: string, address: string): Promise<number> {
  const question = questionFor(name);
  const expected = Buffer.from(address.split('.').map(Number));
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let answers = 0;
  await new Promise<void>((resolve, reject) => {
    let underway = WINDOW;
    socket.on('message', (answer) => {
      answers++;
      if (!answer.subarray(-4).equals(expected)) reject(new Error(`${name} is not ${address}`));
      if (performance.now() < end) socket.send(question);
      else if (--underway === 0) resolve();
    });
    for (let sent = 0; sent < WINDOW; sent++) socket.send(question);
  }).finally(() => socket.close());
  return answers;
}

/** For its address: header, name, type A, class IN. */
function questionFor(name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  return Buffer.concat([Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, 1, 0, 1])]);
}
