import { expect, it } from '@jest/globals';
import { withoutRewrites } from '../../src/corefile/edit.js';
import { sallyport } from '../support/sallyport.js';

const corefile = `.:53 { # the cluster's
    errors
    autopath @kubernetes
    forward . /etc/resolv.conf
}
`;

function render(stdin: string, ...manifests: string[]) {
  return sallyport(['render', 'corefile', ...manifests.flatMap((path) => ['-f', path])], {}, stdin);
}

it('prints the Corefile with the rewrites, and tells what there is to know about it', async () => {
  const { stdout, stderr, exitCode } = await render(corefile, 'examples/private-link/interception.yaml');
  expect(exitCode).toBe(0);
  expect(withoutRewrites(stdout, 'default/gitlab-names')).toBe(corefile);
  expect(stdout.split('\n').slice(1, 3)).toEqual([
    '    rewrite stop name exact gitlab.example.com gitlab.privatelink.example.com # managed by sallyport.dev: default/gitlab-names',
    '    rewrite stop name exact registry.example.com registry.privatelink.example.com # managed by sallyport.dev: default/gitlab-names',
  ]);
  expect(stderr.split('\n')).toEqual([
    'nothing has CoreDNS load the Corefile again: add the plugin reload, or restart CoreDNS after each change',
    expect.stringMatching(/^line 5: autopath .*: take it out, or use mode JobDNS$/),
    '',
  ]);
});

it.each<[what: string, stdin: string, manifest: string, message: string]>([
  [
    'a Corefile that cannot be edited',
    '.:53 {\n    errors\n}\n}\n',
    'examples/private-link/interception.yaml',
    'the Corefile is left alone: line 4: a } that closes nothing',
  ],
  [
    'a Corefile that has no place for it',
    'cluster.local {\n}\n',
    'examples/private-link/interception.yaml',
    'the Corefile is left alone: no server block answers for gitlab.example.com',
  ],
  [
    'no interception',
    corefile,
    'examples/private-link/proxy.yaml',
    'there is no PrivateLinkEndpoint with spec.interception',
  ],
  ['no file', corefile, '-', 'the Corefile comes by standard input; name a file with -f'],
])('refuses %s', async (_, stdin, manifest, message) => {
  expect(await render(stdin, manifest)).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `sallyport render corefile: ${message}\n`,
  });
});
