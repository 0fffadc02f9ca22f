import '../../../src/cidr-set/metrics.js';
import '../../../src/cidr-set/sources/metrics.js';
import '../../../src/interception/metrics.js';
import '../../../src/kube/client.js';
import '../../../src/kube/controller.js';
import '../../../src/kube/leader.js';
import '../../../src/aws/call.js';
import '../../../src/private-link-endpoint/metrics.js';
import '../../../src/proxy/metrics.js';
import '../../../src/runner-pool/metrics.js';
import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { registry } from '../../../src/telemetry/metrics.js';
import { withValues } from '../../../tools/gen/values.js';
import { versioned, withVersion } from '../../../tools/gen/version.js';

const chart = 'charts/sallyport';
const text = (path: string) => readFile(path, 'utf8');

it("has the package's version, its CRDs and its page's table of values: npm run gen", async () => {
  const { version } = JSON.parse(await text('package.json'));
  expect(parse(await text(`${chart}/Chart.yaml`))).toMatchObject({ version, appVersion: version });
  const files = async (folder: string) => {
    const names = (await readdir(folder)).sort();
    return Promise.all(names.map(async (name) => [name, await text(`${folder}/${name}`)]));
  };
  expect(await files(`${chart}/files/crds`)).toEqual(await files('crds'));
  const page = await text('docs/install.md');
  expect(withValues(page, await text(`${chart}/values.yaml`))).toBe(page);
});

it.each(versioned)('%s has the version of package.json, and any other from npm run gen', async (file) => {
  const { version } = JSON.parse(await text('package.json'));
  const [page, next] = [await text(file), '10.20.30-rc.1'];
  expect(page).toContain(version);
  expect(withVersion(page, version)).toBe(page);
  expect(withVersion(page, next).split(next)).toHaveLength(page.split(version).length);
  expect(withVersion(withVersion(page, next), version)).toBe(page);
});

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
}

it('every value is in the schema, and nothing else is', async () => {
  const { properties = {}, ...schema } = JSON.parse(await text(`${chart}/values.schema.json`)) as Schema;
  // Helm's own.
  const { global: _, ...own } = properties;
  compare('values', parse(await text(`${chart}/values.yaml`)), { ...schema, properties: own });
});

function compare(path: string, values: unknown, { properties, additionalProperties }: Schema): void {
  if (!properties) return;
  expect([path, additionalProperties]).toEqual([path, false]);
  expect([path, Object.keys(values as object).sort()]).toEqual([path, Object.keys(properties).sort()]);
  for (const [key, schema] of Object.entries(properties)) {
    compare(`${path}.${key}`, (values as Record<string, unknown>)[key], schema);
  }
}

/** Names of metrics and labels in a query of PromQL. */
function metricsIn(query: string): string[] {
  return [...query.replace(/"[^"]*"/g, '').matchAll(/\b[a-z]+_[a-z_]+\b/g)]
    .map(([name]) => name)
    .filter((name) => !/^(histogram_quantile|max_over_time|__rate_interval)$/.test(name))
    .map((name) => name.replace(/_bucket$/, ''));
}

it('dashboard and alerts ask for metrics that there are', async () => {
  const there = registry.getMetricsAsArray().map(({ name }) => name);
  const dashboard = JSON.parse(await text(`${chart}/files/dashboard.json`)) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  const alerts = parse(await text(`${chart}/files/alerts.yaml`)) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const queries = [
    ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr }))),
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ title: alert, expr }))),
  ];
  expect(queries.length).toBeGreaterThanOrEqual(20);
  for (const { title, expr } of queries) {
    const names = metricsIn(expr);
    expect(names.length).toBeGreaterThanOrEqual(1);
    expect({ title, unknown: names.filter((name) => !there.includes(name)) }).toEqual({ title, unknown: [] });
  }
});

it('every alert has a place in Operations that its runbook leads to', async () => {
  const page = await text('docs/operations.md');
  const { groups } = parse(await text(`${chart}/files/alerts.yaml`)) as {
    groups: { rules: { alert: string; annotations: { runbook: string } }[] }[];
  };
  const rules = groups.flatMap(({ rules }) => rules);
  expect(rules.map(({ annotations }) => annotations.runbook)).toEqual(
    rules.map(({ alert }) => `docs/operations.md#${alert.toLowerCase()}`),
  );
  expect([...page.matchAll(/^### (Sallyport\w+)$/gm)].map(([, name]) => name)).toEqual(rules.map(({ alert }) => alert));
});
