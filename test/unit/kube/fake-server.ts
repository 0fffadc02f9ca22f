import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

export interface FakeServer {
  config: KubeConfig;
  /** `GET /api/v1/configmaps?limit=500`, in order of arrival. */
  requests: string[];
  connections(): number;
  close(): Promise<void>;
}

/** An API server that answers as `respond` does, for faults that a real one has only on bad days. */
export async function fakeServer(
  respond: (request: URL, response: ServerResponse, message: IncomingMessage) => unknown,
): Promise<FakeServer> {
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((message, response) => {
    requests.push(`${message.method} ${message.url}`);
    message.resume().on('end', () => respond(new URL(message.url ?? '', 'http://fake'), response, message));
  }).on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    config: configOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function configOf(server: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'fake', server, skipTLSVerify: true }],
    users: [{ name: 'fake' }],
    contexts: [{ name: 'fake', cluster: 'fake', user: 'fake' }],
    currentContext: 'fake',
  });
  return config;
}

export function json(response: ServerResponse, code: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A refusal, as the API server words it. */
export function refuse(response: ServerResponse, code: number, reason: string, headers: Record<string, string> = {}) {
  json(response, code, { kind: 'Status', status: 'Failure', code, reason, message: `it is ${reason}` }, headers);
}
