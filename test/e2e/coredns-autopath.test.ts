import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { withRewrites } from '../../src/corefile/edit.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { type CoreDns, startCoreDns } from '../support/coredns.js';
import { applyObjects } from '../support/crds.js';
import { eventually } from '../support/eventually.js';

const publicName = 'gitlab.example.com';
/** What a pod of the namespace default asks first: it has search domains, and `ndots:5`. */
const searched = `${publicName}.default.svc.cluster.local`;
const autopath = '    autopath @kubernetes\n';

let apiServer: ApiServer;
let coredns: CoreDns;

function corefileOn(port: number): string {
  return `.:${port} {
    bind 127.0.0.1
    reload 2s 1s
${autopath}    kubernetes cluster.local {
        kubeconfig ${apiServer.kubeconfig}
        pods verified
    }
    hosts /dev/null . {
        192.0.2.1 ${publicName}
        10.0.0.1 gitlab.privatelink.example.net
        fallthrough
    }
}
`;
}

beforeAll(async () => {
  apiServer = await startApiServer();
  // Who asks is told by its address.
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'job', namespace: 'default' } };
  await applyObjects(apiServer, { ...pod, spec: { containers: [{ name: 'build', image: 'build' }] } });
  const status = { phase: 'Running', podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] };
  await apiServer.kubectl('patch', 'pod', 'job', '--subresource=status', `--patch=${JSON.stringify({ status })}`);
  coredns = await startCoreDns(corefileOn, publicName);
});

afterAll(async () => {
  await coredns?.stop();
  await apiServer?.stop();
});

function asked(name: string): Promise<string> {
  return coredns.resolver.resolve4(name).then(
    (addresses) => addresses.join(),
    ({ code }) => code,
  );
}

it('autopath gives pods the public address of a rewritten name, as its finding says, until it is taken out', async () => {
  const rewrites = [{ from: publicName, to: 'gitlab.privatelink.example.net' }];
  const edit = withRewrites(corefileOn(coredns.port), rewrites, 'runners/gitlab', { port: coredns.port });
  if (!edit.ok) throw edit.error;
  const { text, findings } = edit.value;
  expect(findings).toEqual([{ kind: 'Autopath', line: 5 }]);
  expect(text.split('\n')[4]).toContain('autopath');

  await coredns.write(text);
  // It serves before it has read the pods.
  await eventually(async () => {
    expect(await asked(publicName)).toBe('10.0.0.1');
    expect(await asked(searched)).toBe('192.0.2.1');
  });

  await coredns.write(text.replace(autopath, ''));
  // A pod goes on to the next search domain, and after the last to the name as it is.
  await eventually(async () => expect(await asked(searched)).toBe('ENOTFOUND'));
  expect(await asked(publicName)).toBe('10.0.0.1');
});
