import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { ensureParts } from '../../tools/parts/ensure.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { CHART, helm, render, tokenOf, type Values } from '../support/chart.js';
import { containerOf, example, on, podOf, variants } from '../support/chart-values.js';
import { type Conformity, conformityWith } from '../support/conformity.js';
import { commandsOf, fences } from '../support/console.js';
import { applyCrds, applyObjects, hurried, kindsServed } from '../support/crds.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/ports.js';
import { startServer } from '../support/process.js';
import { kubeConfigWith } from '../support/readers.js';
import { builtProgram } from '../support/sallyport.js';
import { openTerminal } from '../support/terminal.js';

let server: ApiServer;
let conformity: Conformity;
const namespace = 'sallyport';

beforeAll(async () => {
  server = await startApiServer();
  const { 'monitoring-crds': file } = await ensureParts(['monitoring-crds']);
  await server.kubectl('apply', '--server-side', '-f', file);
  await kindsServed(server);
  for (const name of [namespace, 'gitlab']) await server.kubectl('create', 'namespace', name);
  const own = ['v1', 'apps/v1', 'policy/v1', 'networking.k8s.io/v1', 'rbac.authorization.k8s.io/v1'];
  conformity = await conformityWith(server, [...own, 'apiextensions.k8s.io/v1', 'monitoring.coreos.com/v1']);
});
afterAll(async () => {
  await conformity?.close();
  await server?.stop();
});

const release = (action: string[], values: Values = {}, chart = CHART) =>
  helm([...action, 'sallyport', chart, '--namespace', namespace], values, server);
const uid = async (...object: string[]) => server.kubectl('get', ...object, '-o', 'jsonpath={.metadata.uid}');

it.each(variants)('%s conforms to the schemas of the API server', async (_what, values) => {
  const yaml = await helm(['template', 'sallyport', CHART], values);
  expect(await conformity.problems(yaml)).toEqual([]);
  const wrong = yaml.replace('terminationGracePeriodSeconds:', 'terminationGraceSeconds:');
  expect(await conformity.problems(wrong)).toEqual([expect.stringContaining("'terminationGraceSeconds' not allowed")]);
});

it.each(variants)('the pods of %s are what the restricted Pod Security Standard wants', async (_what, values) => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await applyObjects(server, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'restricted', labels } });
  const { priorityClassName: _, ...spec } = podOf(await render(values));
  const start = (name: string, more: object) =>
    applyObjects(server, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'restricted', name },
      spec: { ...spec, ...more },
    });
  await start('as-it-is', {});
  await expect(start('otherwise', { hostNetwork: true })).rejects.toThrow('violates PodSecurity "restricted');
  await server.kubectl('delete', 'pod', 'as-it-is', '-n', 'restricted', '--force');
});

it('docs/install.md: every command does what the page says, from install to uninstall', async () => {
  const terminal = await openTerminal({ env: { KUBECONFIG: server.kubeconfig }, folder: process.cwd() });
  try {
    for (const { text } of fences(await readFile('docs/install.md', 'utf8'), 'console')) {
      for (const { command, printed } of commandsOf(text)) {
        const { output, exitCode } = await hurried(server, terminal.run(command));
        const no = printed[0] === 'no';
        expect({ command, output, exitCode }).toEqual({ command, output: expect.anything(), exitCode: Number(no) });
        for (const line of printed) expect(output.split('\n')).toContain(line);
      }
    }
  } finally {
    await terminal.close();
  }
  expect(await server.kubectl('get', 'crd,clusterroles', '-o', 'name')).not.toMatch(/sallyport/);
  expect(await server.kubectl('get', 'all,roles,rolebindings', '-A', '-o', 'name')).not.toMatch(/sallyport/);
});

/** This chart as an earlier release would have been: its CidrSets had no deletionPolicy. */
async function formerChart(folder: string): Promise<string> {
  const chart = join(folder, 'sallyport');
  await cp(CHART, chart, { recursive: true });
  const file = join(chart, 'files/crds/cidrsets.yaml');
  const crd = parse(await readFile(file, 'utf8'), { merge: true });
  delete crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.deletionPolicy;
  await writeFile(file, stringify(crd, { aliasDuplicateObjects: false }));
  const about = await readFile(join(chart, 'Chart.yaml'), 'utf8');
  await writeFile(join(chart, 'Chart.yaml'), about.replace(/^(version|appVersion): .*/gm, '$1: 0.0.9'));
  await helm(['package', chart, '--destination', folder]);
  return join(folder, 'sallyport-0.0.9.tgz');
}

it('is upgraded with its CRDs, and leaves CRDs and resources when it is uninstalled', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-chart-'));
  const { kubectl } = server;
  const office = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'CidrSet', metadata: { name: 'office' } };
  const apply = (spec: object) =>
    applyObjects(server, { ...office, spec: { cidrs: [{ cidr: '203.0.113.0/24' }], ...spec } });
  try {
    await release(['install'], {}, await formerChart(folder));
    await eventually(() => apply({}));
    await expect(apply({ deletionPolicy: 'Retain' })).rejects.toThrow('unknown field "deletionPolicy"');
    const before = [await uid('cidrset', 'office'), await uid('crd', 'cidrsets.sallyport.dev')];

    const notes = await release(['upgrade']);
    expect(notes).toMatch(/^REVISION: 2$/m);
    await eventually(() => apply({ deletionPolicy: 'Retain' }));
    const image = await kubectl('get', 'deployment', 'sallyport', '-n', namespace, '-o', 'jsonpath={..image}');
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(image).toMatch(new RegExp(`:${version}$`));

    await helm(['uninstall', 'sallyport', '--namespace', namespace], undefined, server);
    expect(await kubectl('get', 'deployments,services,clusterroles', '-A', '-o', 'name')).not.toMatch('sallyport');
    expect([await uid('cidrset', 'office'), await uid('crd', 'cidrsets.sallyport.dev')]).toEqual(before);
    // A new one takes them up again.
    await release(['install']);
    expect(await uid('cidrset', 'office')).toBe(before[0]);
    await helm(['uninstall', 'sallyport', '--namespace', namespace], undefined, server);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('CRDs that were applied by hand are taken over when that is asked for', async () => {
  await hurried(server, server.kubectl('delete', 'crd', '-l', 'app.kubernetes.io/managed-by=Helm'));
  await applyCrds(server);
  await expect(release(['install'])).rejects.toThrow('exists and cannot be imported');
  await release(['install', '--take-ownership']);
  await helm(['uninstall', 'sallyport', '--namespace', namespace], undefined, server);
});

it('what it says next depends on the values', async () => {
  const notes = async (values: Values) =>
    (await release(['install', '--dry-run=server'], values)).split('\nNOTES:\n')[1];
  const hub = await notes(await example('hub'));
  expect(hub).toMatch(/Its own role is arn:aws:iam::111111111111:role\/sallyport-operator \(IRSA\)/);
  expect(hub).toMatch(/Apply a CidrSet with `mode: Plan`/);
  const workload = await notes({ controllers: { cidrSet: { enabled: false }, interception: on, runnerPool: on } });
  expect(workload).toMatch(/service account sallyport\/sallyport/);
  expect(workload).not.toMatch(/CidrSet/);
  expect(workload).toMatch(/JobDNS can be used nowhere yet/);
  expect(workload).toMatch(/list their namespaces in controllers.runnerPool.namespaces/);
  expect(await notes({ settings: { plan: true }, crds: { install: false } })).toMatch(
    /writes nothing.*CRDs are not this chart's/s,
  );
});

// There is no kubelet here: this stands in for it, and starts what the Deployment says with what the API server gives.
it.each(variants)('%s: the operator runs as the Deployment says, and leads', async (_what, values) => {
  await release(['upgrade', '--install', '--take-ownership'], { ...values, crds: { install: true } });
  const deployment = await server.kubectl('get', 'deployment', 'sallyport', '-n', namespace, '-o', 'json');
  const container = containerOf([JSON.parse(deployment)]);
  const fields: Record<string, string> = { 'metadata.name': 'sallyport-0', 'metadata.namespace': namespace };
  const env = Object.fromEntries(
    (container.env ?? [])
      // There is none here.
      .filter(({ name }) => name !== 'HTTPS_PROXY')
      .map(({ name, value, valueFrom }) => [name, value ?? fields[valueFrom?.fieldRef?.fieldPath ?? ''] ?? '']),
  );
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-pod-'));
  const port = await freePort();
  const log = join(folder, 'log');
  const kubeConfig = kubeConfigWith(server, await tokenOf(server, namespace));
  await writeFile(join(folder, 'kubeconfig'), kubeConfig.exportConfig());
  const ready = () => fetch(`http://127.0.0.1:${port}${container.readinessProbe?.httpGet?.path}`);
  const pod = await startServer(process.execPath, {
    args: [await builtProgram(), ...(container.args ?? [])],
    env: { ...env, KUBECONFIG: join(folder, 'kubeconfig'), SALLYPORT_HEALTH_ADDRESS: `127.0.0.1:${port}` },
    log,
    isReady: async () => (await ready()).ok,
  });
  try {
    const holder = () =>
      server.kubectl('get', 'lease', 'sallyport', '-n', namespace, '-o', 'jsonpath={.spec.holderIdentity}');
    await eventually(async () => expect(await holder()).toBe('sallyport-0'));
    expect((await fetch(`http://127.0.0.1:${port}${container.livenessProbe?.httpGet?.path}`)).status).toBe(200);
    await pod.stop();
    expect(await holder()).toBe('');
    const said = await readFile(log, 'utf8');
    expect(said).toMatch(/"became leader"/);
    expect(said).not.toMatch(/[Ff]orbidden/);
  } finally {
    await pod.stop();
    await rm(folder, { recursive: true });
    await helm(['uninstall', 'sallyport', '--namespace', namespace], undefined, server);
  }
});
