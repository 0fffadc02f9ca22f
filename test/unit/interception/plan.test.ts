import { describe, expect, it } from '@jest/globals';
import type { ClusterDns } from '../../../src/interception/cluster-dns.js';
import { clusterDnsMode } from '../../../src/interception/cluster-dns-mode.js';
import type { Memory } from '../../../src/interception/memory.js';
import { type PlanInput, planEditing, type Step } from '../../../src/interception/plan.js';
import type { Look } from '../../../src/interception/proof.js';
import { clusterDns, corefile, line, marker, rewrites, wish } from './build.js';

const now = Date.parse('2026-11-21T15:10:00Z');
const proofMs = 180_000;
const edited = corefile.replace('.:53 {\n', `.:53 {\n${line}`);

/** What a resolver says that leads, or doesn't, to the endpoint. */
function look(pod: string, led: boolean, more: Partial<Look> = {}): Look {
  return {
    pod,
    answers: {
      'gitlab.example.com': led ? '10.0.0.1' : '203.0.113.10',
      'gitlab.privatelink.example.com': '10.0.0.1',
      'sallyport-canary.gitlab.example.com': 'NXDOMAIN',
      'kubernetes.default.svc.cluster.local': '10.96.0.1',
    },
    ...more,
  };
}
const before = [look('a', false), look('b', false)];
const after = [look('a', true), look('b', true)];

function step(text: string, looks: Look[], change: Partial<PlanInput> = {}, cluster: Partial<ClusterDns> = {}): Step {
  const dns = { ...clusterDns(text), ...cluster };
  const drafted = clusterDnsMode.put(dns, rewrites, marker);
  if (!drafted.ok) throw new Error(drafted.problem.message);
  const whole = {
    wish: wish(),
    mode: 'ClusterDNS',
    dns,
    draft: drafted.draft,
    memory: {},
    looks,
    generation: 1,
  } as const;
  return planEditing({ ...whole, now, proofMs, ...change });
}

/** As remembered after the first step, so long ago. */
function written(agoMs: number): Memory {
  return step(corefile, before, { now: now - agoMs }).memory;
}
const proved = step(edited, after, { memory: written(1_000) }).memory;
const rolledBack = step(edited, before, { memory: written(proofMs) }).memory;
const fought = { ...proved, fight: { repairs: 4, lastAt: now - 1_000 } };

/** `Write False Proving, Poll` */
function told({ act, finding, again }: Step): string {
  const when = typeof again === 'string' ? again : `in ${again.ms / 1_000} s`;
  return `${act?.kind ?? '-'} ${finding.status} ${finding.reason}, ${when}`;
}

describe('one step', () => {
  const failed = [look('a', true), look('b', true, { reloads: { failures: 1 } })];
  const counted = { ...written(1_000).proving, reloadFailures: { b: 0 } } as NonNullable<Memory['proving']>;
  it.each<[what: string, text: string, looks: Look[], change: Partial<PlanInput>, told: string]>([
    ['writes', corefile, before, {}, 'Write Unknown Proving, Poll'],
    ['writes nothing in mode Plan', corefile, before, { held: 'mode is Plan' }, '- False Planned, Rest'],
    ['waits for the proof of another', corefile, before, { busy: 'ci/other' }, '- Unknown Proving, Poll'],
    ['writes nothing while nobody can be asked', corefile, [], {}, '- False NoResolvers, Problem'],
    [
      'writes nothing while the private name leads nowhere',
      corefile,
      [look('a', false, { answers: { 'gitlab.privatelink.example.com': 'NXDOMAIN' } })],
      {},
      '- False PrivateNameUnresolved, Problem',
    ],
    [
      'waits for all',
      edited,
      [look('a', true), look('b', false)],
      { memory: written(1_000) },
      '- Unknown Proving, Poll',
    ],
    ['is proved', edited, after, { memory: written(1_000) }, 'Settle True Verified, Rest'],
    ['rests', edited, after, { memory: proved }, 'Settle True Verified, Rest'],
    ['takes back what is overdue', edited, before, { memory: written(proofMs) }, 'RollBack False RolledBack, Poll'],
    [
      'takes back at once what could not be loaded',
      edited,
      failed,
      { memory: { proving: counted } },
      'RollBack False RolledBack, Poll',
    ],
    ['takes nothing back at rest', edited, before, { memory: proved }, '- False NotIntercepted, Poll'],
    [
      'takes nothing back in mode Plan',
      edited,
      before,
      { memory: written(proofMs), held: 'no' },
      '- False Planned, Poll',
    ],
    ['does not try the same again', corefile, before, { memory: rolledBack }, '- False RolledBack, Rest'],
    [
      'tries again with another spec',
      corefile,
      before,
      { memory: rolledBack, generation: 2 },
      'Write Unknown Proving, Poll',
    ],
    [
      'tries again with another Corefile',
      `${corefile}\n# theirs`,
      before,
      { memory: rolledBack },
      'Write Unknown Proving, Poll',
    ],
    ['repairs', corefile, before, { memory: proved }, 'Write Unknown Proving, Poll'],
    ['repairs ever more slowly', corefile, before, { memory: fought }, '- False Overwritten, in 119 s'],
    ['tells of a fight', edited, after, { memory: fought }, 'Settle False Overwritten, Rest'],
    ['begins the proof that a killed process left', edited, before, {}, '- Unknown Proving, Poll'],
  ])('%s', (_what, text, looks, change, expected) => {
    expect(told(step(text, looks, change))).toBe(expected);
  });
});

it('tells that it is proved once', () => {
  expect(step(edited, after, { memory: written(1_000) }).act).toHaveProperty('note');
  expect(step(edited, after, { memory: proved }).act).not.toHaveProperty('note');
});

it('puts the former bytes back', () => {
  expect(step(edited, before, { memory: written(proofMs) }).act).toMatchObject({ edit: { text: corefile } });
});

it('knows a repair, and who made it necessary', () => {
  const { act, memory } = step(corefile, before, { memory: proved });
  expect(act).toMatchObject({ repairs: true, note: expect.stringMatching(/^kubeadm took the rewrites out of/) });
  expect(memory.fight).toEqual({ repairs: 1, lastAt: now });
});

describe('says what keeps pods from being led, whatever resolvers say, and the way out', () => {
  const autopath = edited.replace('errors', 'autopath @kubernetes');
  const noReload = edited.replace('    reload\n', '');
  it.each<[text: string, looks: Look[], cluster: Partial<ClusterDns>, said: string, wayOut: RegExp]>([
    [autopath, after, {}, 'False Autopath', /^line 3: autopath .*: take it out, or use mode JobDNS$/],
    [
      edited,
      after,
      { hasNodeLocalCache: true },
      'False NodeLocalDNSCache',
      /use mode JobDNS, or have its server block/,
    ],
    [noReload, before, {}, 'False RestartNeeded', /add the plugin reload, or restart CoreDNS/],
    [noReload, after, {}, 'True Verified', /^1 name on all resolvers$/],
    [edited, after, { isEksAddOn: true }, 'True Verified', /^1 name .*; but the EKS add-on .*: use mode JobDNS, or/],
  ])('%#', (text, looks, cluster, said, wayOut) => {
    const { finding } = step(text, looks, { memory: proved }, cluster);
    expect(`${finding.status} ${finding.reason}`).toBe(said);
    expect(finding.message).toMatch(wayOut);
  });
});
