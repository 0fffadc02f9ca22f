import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registry } from './metrics.js';

/** Settles when well; throws, or rejects, with the reason when not. */
export type Check = () => void | Promise<void>;

export interface HealthOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Checks by name. A failing `healthz` gets the process restarted; a failing `readyz` takes traffic from it. */
  healthz: Record<string, Check>;
  readyz: Record<string, Check>;
}

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

/** Serves /healthz, /readyz (as Kubernetes' own servers word them: `[+]name ok`) and /metrics. */
export async function serveHealth({ host, port, healthz, readyz }: HealthOptions): Promise<HealthServer> {
  const pages: Record<string, (response: ServerResponse) => Promise<void>> = {
    '/healthz': (response) => answer(response, healthz),
    '/readyz': (response) => answer(response, readyz),
    '/metrics': async (response) => {
      response.setHeader('content-type', registry.contentType).end(await registry.metrics());
    },
  };
  const server = createServer((request, response) => {
    const page = pages[request.url?.split('?')[0] ?? ''];
    if (!page) return response.writeHead(404).end();
    page(response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(response: ServerResponse, checks: Record<string, Check>): Promise<void> {
  const lines: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      lines.push(`[+]${name} ok`);
    } catch (error) {
      response.statusCode = 500;
      lines.push(`[-]${name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }
  response.setHeader('content-type', 'text/plain').end(`${lines.join('\n')}\n`);
}
