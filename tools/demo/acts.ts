/** What the demo does, and what it then finds, as plain values: each of these resolves when AWS itself shows it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { AwsAccount } from '../../src/api/aws-account.gen.js';
import type { CidrSet } from '../../src/api/cidr-set.gen.js';
import type { ApiServer } from '../../test/support/api-server.js';
import { applyObjects } from '../../test/support/crds.js';
import { eventually } from '../../test/support/eventually.js';
import { Group } from '../../test/support/group.js';
import { type HeldRule, type Holding, holdingsOf, readRules, scopes } from './holdings.js';
import type { Stage } from './stage.js';

export const QUICKSTART = 'examples/quickstart';
/** A rule of ours, for someone to delete. */
export const VICTIM = { account: 'shared', region: 'eu-west-1', group: 'gitlab-nlb', text: 'tcp/443 203.0.113.64/27' };
/** For `office` to gain; whoever lets in the victim's CIDR is to let in this one too. */
export const GAIN = { cidr: '192.0.2.0/24', description: 'Lisbon office' };

/** Milliseconds; seconds suffice, but on a busy machine. */
const PATIENCE = 60_000;

/** What a set would write in one account and region. */
export interface Planned {
  set: string;
  account: string;
  region: string;
  groups: number;
  rules: number;
  /** Wanted rules that are there already, made by others. */
  foreign: number;
}

export interface Effort {
  seconds: number;
  /** Calls to AWS that change something, whatever came of them. */
  writes: number;
  reads: number;
}

/** Applies the quickstart with all sets in mode Plan. */
export async function planQuickstart({ server }: Stage): Promise<Planned[]> {
  const files = (await readdir(QUICKSTART)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(QUICKSTART, file), 'utf8')));
  const objects = texts
    .flatMap((text) => parseAllDocuments(text))
    .map((document): AwsAccount | CidrSet => document.toJS())
    .map((object) => (object.kind === 'CidrSet' ? { ...object, spec: { ...object.spec, mode: 'Plan' } } : object));
  await applyObjects(server, ...objects);
  return (await readySets(server)).flatMap(({ metadata, status }) =>
    (status?.scopes ?? []).map(({ account, region, groups, drift, foreignRules }) => {
      return { set: metadata.name, account, region, groups, rules: drift, foreign: foreignRules };
    }),
  );
}

/** Applies the quickstart as it is. `onAccount` hears what an account holds, once that is all that was planned. */
export function enforceQuickstart(
  stage: Stage,
  planned: readonly Planned[],
  onAccount: (holdings: Holding[]) => void,
): Promise<Effort> {
  return effort(stage, async () => {
    await stage.server.kubectl('apply', '--server-side', '-f', QUICKSTART);
    for (const account of new Set(scopes.map((scope) => scope.account))) {
      const wanted = total(planned.filter((each) => each.account === account));
      const holdings = await eventually(async () => {
        const rules = await readRules(stage, account);
        const found = rules.filter(({ ours }) => ours).length;
        if (found !== wanted) throw new Error(`${account} holds ${found} of the ${wanted} rules that were planned`);
        return holdingsOf(rules);
      }, PATIENCE);
      onAccount(holdings);
    }
    await readySets(stage.server);
  });
}

/** Deletes a rule of ours as one does in a console, and waits until it is back. */
export function deleteVictim(stage: Stage): Promise<Effort> {
  const { account, region, group, text } = VICTIM;
  const accountId = scopes.find((scope) => scope.account === account)?.accountId ?? '';
  const id = stage.company.ids.get(`${account}/${region}/${group}`) ?? '';
  return effort(stage, async () => {
    await new Group(stage.edge.clientFor(accountId, region), id).revoke(text);
    await eventually(async () => requireOurs(await readRules(stage, account), [keyOf(VICTIM)]), PATIENCE);
  });
}

/** `office` gains a CIDR; `groups` and `rules` are what that reaches. */
export async function growOffice(stage: Stage): Promise<Effort & { groups: number; rules: number }> {
  const [, known = ''] = VICTIM.text.split(' ');
  const wanted = (await readRules(stage))
    .filter(({ ours, text }) => ours && text.endsWith(` ${known}`))
    .map((rule) => keyOf({ ...rule, text: rule.text.replace(known, GAIN.cidr) }));
  const patch = JSON.stringify([{ op: 'add', path: '/spec/cidrs/-', value: GAIN }]);
  const spent = await effort(stage, async () => {
    await stage.server.kubectl('patch', 'cidrset', 'office', '--type=json', '-p', patch);
    await eventually(async () => requireOurs(await readRules(stage), wanted), PATIENCE);
    await readySets(stage.server);
  });
  return { ...spent, groups: new Set(wanted.map((key) => key.split(' ')[0])).size, rules: wanted.length };
}

/** Waits for a further look at every scope. `objects`: how many of ours in the cluster were written meanwhile. */
export async function restAWhile(stage: Stage): Promise<Effort & { objects: number }> {
  const from = stage.edge.calls.length;
  /** A scope's second look begins when all that came of the first is done. */
  const looks = (times: number) =>
    eventually(() => {
      const reads = stage.edge.calls.slice(from).filter(({ action }) => action === 'DescribeSecurityGroupRules');
      const awaited = scopes.filter(
        ({ accountId, region }) =>
          reads.filter((read) => read.accountId === accountId && read.region === region).length < times,
      );
      if (awaited.length > 0) throw new Error(`${awaited[0]?.account} was not looked at again`);
    }, PATIENCE);
  let objects = 0;
  const spent = await effort(stage, async () => {
    await looks(1);
    const before = new Set(await objectVersions(stage.server));
    await looks(2);
    objects = (await objectVersions(stage.server)).filter((version) => !before.has(version)).length;
  });
  return { ...spent, objects };
}

/** The sets as they are once all of them are Ready. */
async function readySets(server: ApiServer): Promise<CidrSet[]> {
  await server.kubectl('wait', '--for=condition=Ready', 'cidrsets', '--all', `--timeout=${PATIENCE}ms`);
  return JSON.parse(await server.kubectl('get', 'cidrsets', '--output=json')).items;
}

async function objectVersions(server: ApiServer): Promise<string[]> {
  const { items } = JSON.parse(await server.kubectl('get', 'cidrsets,awsaccounts', '--output=json'));
  return items.map(({ metadata }: CidrSet) => `${metadata.uid} ${metadata.resourceVersion}`);
}

function requireOurs(rules: readonly HeldRule[], wanted: readonly string[]): void {
  const held = new Set(rules.filter(({ ours }) => ours).map(keyOf));
  const missing = wanted.filter((key) => !held.has(key));
  if (missing.length > 0) throw new Error(`${missing.length} rules are still missing, such as ${missing[0]}`);
}

function keyOf({ account, region, group, text }: Pick<HeldRule, 'account' | 'region' | 'group' | 'text'>): string {
  return `${account}/${region}/${group} ${text}`;
}

export function total(planned: readonly Planned[]): number {
  return planned.reduce((sum, { rules }) => sum + rules, 0);
}

async function effort({ edge }: Stage, work: () => Promise<void>): Promise<Effort> {
  const start = performance.now();
  const from = edge.calls.length;
  await work();
  const calls = edge.calls.slice(from);
  const writes = calls.filter(({ mutating }) => mutating).length;
  return { seconds: (performance.now() - start) / 1000, writes, reads: calls.length - writes };
}
