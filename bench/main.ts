/** Measures what Sallyport costs: the operator, as it is shipped, in calls to AWS, time and memory; the data plane in both. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';
import { runBuckets } from './buckets.js';
import { measureDns } from './dns.js';
import { runPrivateLink } from './private-link.js';
import { measureProxy } from './proxy.js';
import { bucketTable, dataplaneTable, privateLinkTable, table } from './report.js';
import { runScenarios } from './scenarios.js';

const { values, positionals } = parseArgs({
  options: { groups: { type: 'string', multiple: true }, json: { type: 'string' } },
  allowPositionals: true,
});

const [what] = positionals;
if (positionals.length > 1 || (what !== undefined && !['buckets', 'privatelink', 'dataplane'].includes(what))) {
  console.error(`there is no bench ${positionals.join(' ')}; write nothing, buckets, privatelink or dataplane`);
  process.exit(2);
}
const sizes = (values.groups ?? (what === 'buckets' ? ['1000'] : ['100', '1000'])).map(Number);
if (!sizes.every((size) => size > 0)) {
  console.error('--groups takes a number of security groups, as in --groups 100');
  process.exit(2);
}

// On Node 20 the SDK says on every start that it will want a newer one.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
await promisify(execFile)(process.execPath, ['tools/build.mjs']);
const tell = (doing: string) => console.error(`▸ ${doing}`);
if (what === 'privatelink') await report(await runPrivateLink(tell), privateLinkTable);
else if (what === 'dataplane')
  await report([...(await measureProxy(tell)), ...(await measureDns(tell))], dataplaneTable);
else if (what === 'buckets') await report(await ofSizes((groups) => runBuckets(groups, tell)), bucketTable);
else await report(await ofSizes((groups) => runScenarios(groups, tell)), table);

async function ofSizes<T>(run: (groups: number) => Promise<T[]>): Promise<T[]> {
  const scenarios: T[] = [];
  for (const groups of sizes) scenarios.push(...(await run(groups)));
  return scenarios;
}

async function report<T>(scenarios: readonly T[], text: (scenarios: readonly T[]) => string): Promise<void> {
  if (values.json) await writeFile(values.json, `${JSON.stringify({ scenarios }, null, 2)}\n`);
  else console.log(text(scenarios));
}
