/** Measures what the operator, as it is shipped, costs in calls to AWS, time and memory: on a real API server and an emulator. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';
import { table } from './report.js';
import { runScenarios, type Scenario } from './scenarios.js';

const { values } = parseArgs({
  options: { groups: { type: 'string', multiple: true, default: ['100', '1000'] }, json: { type: 'string' } },
});

const sizes = values.groups.map(Number);
if (!sizes.every((size) => size > 0)) {
  console.error('--groups takes a number of security groups, as in --groups 100');
  process.exit(2);
}

// On Node 20 the SDK says on every start that it will want a newer one.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
await promisify(execFile)(process.execPath, ['tools/build.mjs']);
const scenarios: Scenario[] = [];
for (const groups of sizes) {
  scenarios.push(...(await runScenarios(groups, (doing) => console.error(`▸ ${doing}`))));
}
if (values.json) await writeFile(values.json, `${JSON.stringify({ scenarios }, null, 2)}\n`);
else console.log(table(scenarios));
