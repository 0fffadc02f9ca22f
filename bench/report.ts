import type { BucketScenario } from './buckets.js';
import type { DataplaneFigure } from './figures.js';
import type { PrivateLinkScenario } from './private-link.js';
import type { Scenario } from './scenarios.js';

/** Calls a group that ACK's ec2-controller makes, measured with 100 groups of 20 rules on the same ground. */
const ackCallsPerGroup: Record<string, number> = { change: 5, resync: 2, 'resync-50-sets': 2 };

/** EC2 lets so many Authorize calls through at once, and then so many a second, in one account and region. */
const ec2 = { burst: 50, perSecond: 5 };

const columns: Record<string, (scenario: Scenario) => string | number> = {
  SCENARIO: ({ name }) => name,
  GROUPS: ({ groups }) => groups,
  RULES: ({ groups, rulesPerGroup }) => groups * rulesPerGroup,
  WRITES: ({ mutatingCalls }) => mutatingCalls,
  READS: ({ readCalls }) => readCalls,
  SECONDS: ({ seconds }) => seconds.toFixed(1),
  'OF EC2 RATE': ({ seconds, mutatingCalls }) => ratio(seconds, (mutatingCalls - ec2.burst) / ec2.perSecond),
  'OF EMULATOR': ({ seconds, emulatorSeconds }) => ratio(seconds, emulatorSeconds),
  'VS ACK': ({ name, groups, mutatingCalls, readCalls }) =>
    ratio(groups * (ackCallsPerGroup[name] ?? 0), mutatingCalls + readCalls),
  'RSS MiB': ({ rssMiB }) => rssMiB,
  'PEAK MiB': ({ peakRssMiB }) => peakRssMiB,
};

const legend = `
OF EC2 RATE  seconds, as a multiple of those that EC2's rate limit asks for so many writes
OF EMULATOR  seconds, as a multiple of those that the emulator takes for the same writes, made directly
VS ACK       the calls of ACK's ec2-controller, 5 a group for a change and 2 for a resync, as a multiple of ours`;

const bucketColumns: Record<string, (scenario: BucketScenario) => string | number> = {
  VIA: ({ via }) => via,
  GROUPS: ({ groups }) => groups,
  SCOPES: ({ accounts, regions }) => accounts * regions,
  WRITES: ({ mutatingCalls }) => mutatingCalls,
  READS: ({ readCalls }) => readCalls,
  THROTTLED: ({ throttledCalls }) => throttledCalls,
  SECONDS: ({ seconds }) => seconds.toFixed(1),
  BOUND: ({ boundSeconds }) => boundSeconds.toFixed(1),
  'PEAK MiB': ({ peakRssMiB }) => peakRssMiB,
};

const privateLinkColumns: Record<string, (scenario: PrivateLinkScenario) => string | number> = {
  SCENARIO: ({ scenario }) => scenario,
  CONSUMERS: ({ consumers }) => consumers,
  ACCOUNTS: ({ accounts }) => accounts,
  SCOPES: ({ scopes }) => scopes,
  WRITES: ({ mutatingCalls }) => mutatingCalls,
  READS: ({ readCalls }) => readCalls,
};

const dataplaneColumns: Record<string, (figure: DataplaneFigure) => string | number> = {
  MEASURE: ({ measure }) => measure,
  UNIT: ({ unit }) => unit,
  WITHOUT: ({ without }) => short(without),
  WITH: ({ with: value }) => short(value),
  RATIO: ({ without, with: value }) => ratio(value, without, 2),
};

export function table(scenarios: readonly Scenario[]): string {
  return `${lines(columns, scenarios)}\n${legend}`;
}

export function bucketTable(scenarios: readonly BucketScenario[]): string {
  return `${lines(bucketColumns, scenarios)}\n\nBOUND  seconds that AWS's token buckets ask for these calls`;
}

export function privateLinkTable(scenarios: readonly PrivateLinkScenario[]): string {
  return lines(privateLinkColumns, scenarios);
}

export function dataplaneTable(figures: readonly DataplaneFigure[]): string {
  return lines(dataplaneColumns, figures);
}

/** One line a scenario, fit for a pipe. */
function lines<T>(columns: Record<string, (scenario: T) => string | number>, scenarios: readonly T[]): string {
  const padded = Object.entries(columns).map(([head, cell], index) => {
    const texts = [head, ...scenarios.map((scenario) => `${cell(scenario)}`)];
    const width = Math.max(...texts.map(({ length }) => length));
    return texts.map((text) => (index === 0 ? text.padEnd(width) : text.padStart(width)));
  });
  return [undefined, ...scenarios].map((_, line) => padded.map((texts) => texts[line]).join('  ')).join('\n');
}

function short(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}

function ratio(value: number, of: number | undefined, digits = 1): string {
  return value > 0 && of && of > 0 ? `×${(value / of).toFixed(digits)}` : '';
}
