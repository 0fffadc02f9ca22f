/**
 * Stands in GitLab's place: a program of its own, which prints each request. What it does as GitLab does:
 * - `/` and repositories without `.git` redirect, to its own public name whoever asks;
 * - `/users/auth/sso` redirects to who knows the users, and says where they are to come back to;
 * - `/jwt/auth` gives the registry's tokens for a user and password (Basic, GET; a POST is not found, as in GitLab);
 * - repositories are served by `git http-backend`, for the same user and password.
 * That is all: no pages, no API, no permissions, one user.
 */
import { spawn } from 'node:child_process';
import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';

export interface GitLabOptions {
  url: string;
  /** Paths of PEM files; they also sign the tokens. */
  certificate: string;
  key: string;
  /** Folder of bare repositories. */
  repositories: string;
  user: string;
  password: string;
}

/** A line of its output. */
export interface GitLabRequest {
  method: string;
  path: string;
  host: string;
  forwardedHost: string;
  /** Whose connection it came by. */
  from: string;
  /** Empty: who asked did not sign in. */
  user: string;
}

const options: GitLabOptions = JSON.parse(process.argv[2] ?? '{}');
const cert = readFileSync(options.certificate);
const key = readFileSync(options.key);

createServer({ cert, key }, answer).listen(443, '0.0.0.0');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', headers } = request;
  const { pathname: path, searchParams, search } = new URL(request.url ?? '', options.url);
  const basic = Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
  const user = basic === `${options.user}:${options.password}` ? options.user : '';
  const [host = '', forwardedHost] = [headers.host, `${headers['x-forwarded-host']}`];
  const seen = { method, path, host, forwardedHost, from: request.socket.remoteAddress ?? '', user };
  process.stdout.write(`${JSON.stringify(seen satisfies GitLabRequest)}\n`);

  if (path === '/') return redirect('/users/sign_in');
  if (path === '/users/auth/sso') {
    const back = `https://sso.example.com/?back=${options.url}/users/auth/sso/callback`;
    return void response.writeHead(302, { location: back }).end();
  }
  if (path === '/jwt/auth' && method === 'POST') return void response.writeHead(404).end();
  if (path.endsWith('/info/refs') && !path.includes('.git/')) {
    return redirect(path.replace('/info/refs', `.git/info/refs${search}`));
  }
  if (!user) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="GitLab"' }).end();
  if (path === '/jwt/auth') {
    const token = registryToken(user, searchParams.get('service') ?? '', searchParams.getAll('scope'));
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  }
  await git(request, response, path, search.slice(1));

  function redirect(to: string): void {
    response.writeHead(302, { location: options.url + to }).end();
  }
}

/** @see https://distribution.github.io/distribution/spec/auth/jwt/ */
function registryToken(sub: string, aud: string, scopes: readonly string[]): string {
  const access = scopes.map((scope) => {
    const [type, name, actions = ''] = scope.split(':');
    return { type, name, actions: actions.split(',') };
  });
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'gitlab-issuer', sub, aud, iat: now, nbf: now - 5, exp: now + 300, jti: randomUUID(), access };
  const header = { typ: 'JWT', alg: 'ES256', x5c: [new X509Certificate(cert).raw.toString('base64')] };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(signed), { key: createPrivateKey(key), dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

/** @see https://git-scm.com/docs/git-http-backend */
async function git(request: IncomingMessage, response: ServerResponse, path: string, query: string): Promise<void> {
  const { headers, method } = request;
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: options.repositories,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: `${headers['git-protocol'] ?? ''}`,
      REQUEST_METHOD: method,
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    },
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk) => chunks.push(chunk));
  await once(backend, 'close');
  const all = Buffer.concat(chunks);
  const body = all.indexOf('\r\n\r\n') + 4;
  const lines = all.toString('latin1', 0, body).trim().split('\r\n');
  const given = Object.fromEntries(lines.map((line) => line.split(': ', 2)));
  response.writeHead(Number.parseInt(given.Status ?? '200', 10), given).end(all.subarray(body));
}
