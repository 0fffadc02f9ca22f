import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureParts } from '../../../tools/parts/ensure.js';
import { makeCertificate } from '../https.js';
import { gitlab, registry, vpcZone } from './scene.js';

const execute = promisify(execFile);

/** Paths, and the certificate itself, which is its own CA. */
export interface CertificateFiles {
  certificate: string;
  key: string;
  pem: string;
}

export interface Files {
  /** Of GitLab and its registry. Only the proxy trusts it, so nobody else can speak to them directly. */
  internal: CertificateFiles;
  /** Of the proxy, for the public and the private names. Pods and nodes trust it. */
  endpoint: CertificateFiles;
  /** The registry's configuration. */
  registry: string;
  /** Bare ones, for GitLab: `group/app.git`. */
  repositories: string;
}

/** What the servers and clients of the story find in the folder; the login is what they sign in with. */
export async function writeFiles(folder: string, login: string): Promise<Files> {
  const internal = await writeCertificate(folder, 'internal', [gitlab.public, registry.public]);
  const endpoint = await writeCertificate(
    folder,
    'endpoint',
    [gitlab, registry].flatMap((host) => [host.public, host.private]),
  );

  await writeFile(join(folder, 'vpc.zone'), vpcZone);
  const config = join(folder, 'registry.json');
  await writeFile(config, JSON.stringify(registryConfig(internal)));
  const auths = { [registry.public]: { auth: Buffer.from(login).toString('base64') } };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));

  const repositories = join(folder, 'repositories');
  const app = ['-C', join(repositories, 'group/app.git')];
  await execute('git', ['init', '--quiet', '--bare', '--initial-branch=main', ...app.slice(1)]);
  const author = ['-c', 'user.name=dev', '-c', 'user.email=dev@example.com'];
  const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
  await execute('git', [...app, 'hash-object', '-t', 'tree', '-w', '/dev/null']);
  const { stdout } = await execute('git', [...app, ...author, 'commit-tree', emptyTree, '-m', 'The application']);
  await execute('git', [...app, 'update-ref', 'refs/heads/main', stdout.trim()]);
  return { internal, endpoint, registry: config, repositories };
}

/** An image of one layer that no other has, as a file to push. */
export async function makeImage(folder: string): Promise<string> {
  const { crane } = await ensureParts(['crane']);
  await writeFile(join(folder, 'layer'), randomBytes(64 * 1024));
  await execute('tar', ['-C', folder, '-cf', join(folder, 'layer.tar'), 'layer']);
  const image = join(folder, 'image.tar');
  await execute(crane, ['append', '--new_layer', join(folder, 'layer.tar'), '--new_tag', 'app', '--output', image]);
  return image;
}

async function writeCertificate(folder: string, name: string, names: string[]): Promise<CertificateFiles> {
  const { pem, key } = makeCertificate(names);
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`), pem };
  await writeFile(files.certificate, pem);
  await writeFile(files.key, key);
  return files;
}

/** As GitLab configures its registry. */
function registryConfig({ certificate, key }: CertificateFiles): object {
  return {
    version: '0.1',
    log: { formatter: 'json' },
    storage: { inmemory: {} },
    http: { addr: ':443', tls: { certificate, key } },
    auth: {
      token: {
        realm: `https://${gitlab.public}/jwt/auth`,
        service: 'container_registry',
        issuer: 'gitlab-issuer',
        rootcertbundle: certificate,
      },
    },
  };
}
