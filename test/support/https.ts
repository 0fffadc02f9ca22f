import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, isIP } from 'node:net';

export interface Certificate {
  /** Self-signed, so that it is its own CA. */
  pem: string;
  key: string;
}

export function makeCertificate(names = ['127.0.0.1', 'localhost', '*.sallyport.test']): Certificate {
  const covered = `subjectAltName=${names.map((name) => `${isIP(name) ? 'IP' : 'DNS'}:${name}`)}`;
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '-'];
  const made = execFileSync('openssl', ['req', '-x509', ...key, '-subj', '/CN=test', '-addext', covered], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const at = made.indexOf('-----BEGIN CERTIFICATE');
  return { key: made.slice(0, at), pem: made.slice(at) };
}

export interface HttpsServer {
  port: number;
  close(): void;
}

/** Listens on 127.0.0.1. */
export async function startHttps({ pem, key }: Certificate, listener: RequestListener): Promise<HttpsServer> {
  const server = createServer({ cert: pem, key }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}
