import Table from 'cli-table3';
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
  'VS ACK': (scenario) => ratio(scenario.groups * (ackCallsPerGroup[scenario.name] ?? 0), calls(scenario)),
  'RSS MiB': ({ rssMiB }) => rssMiB,
  'PEAK MiB': ({ peakRssMiB }) => peakRssMiB,
};

const legend = `
OF EC2 RATE  seconds, as a multiple of those that EC2's rate limit asks for so many writes
OF EMULATOR  seconds, as a multiple of those that the emulator takes for the same writes, made directly
VS ACK       how many times the calls ACK's ec2-controller makes: 5 a group for a change, 2 a group for a resync`;

/** One line a scenario, fit for a pipe. */
export function table(scenarios: readonly Scenario[]): string {
  const names = Object.keys(columns);
  const none = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-left', '-mid', '-right'].map((part) => [side + part, '']),
  );
  const rows = new Table({
    head: names,
    chars: { ...Object.fromEntries(none), middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: names.map((_, index) => (index === 0 ? 'left' : 'right')),
  });
  rows.push(...scenarios.map((scenario) => Object.values(columns).map((cell) => cell(scenario))));
  return `${rows}\n${legend}`;
}

function calls({ mutatingCalls, readCalls }: Scenario): number {
  return mutatingCalls + readCalls;
}

function ratio(value: number, of: number | undefined): string {
  return value > 0 && of && of > 0 ? `×${(value / of).toFixed(1)}` : '';
}
