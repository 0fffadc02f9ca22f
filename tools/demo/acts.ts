/** What the demo does, and what it then finds, as plain values. Each act ends when AWS itself shows that it worked. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { AwsAccount } from '../../src/api/aws-account.gen.js';
import type { CidrSet } from '../../src/api/cidr-set.gen.js';
import type { ApiServer } from '../../test/support/api-server.js';
import { companyAccounts } from '../../test/support/company.js';
import { applyObjects } from '../../test/support/crds.js';
import { eventually } from '../../test/support/eventually.js';
import { Group } from '../../test/support/group.js';
import { type HeldRule, type Holding, holdingsOf, readRules, scopes } from './holdings.js';
import type { Stage } from './stage.js';

export const QUICKSTART = 'examples/quickstart';
/** A rule of ours in the company's first account, for someone to delete. */
export const VICTIM = { group: 'shared/eu-west-1/gitlab-nlb', text: 'tcp/443 203.0.113.64/27' };
/** For `office` to gain; who lets in the victim's CIDR is to let in this one too. */
export const GAIN = { cidr: '192.0.2.0/24', description: 'Lisbon office' };

/** Milliseconds, for a very busy machine. */
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
}

/** Applies the quickstart with all sets in mode Plan. */
export async function planQuickstart({ server }: Stage): Promise<Planned[]> {
  const files = await readdir(QUICKSTART);
  const texts = await Promise.all(files.map((file) => readFile(join(QUICKSTART, file), 'utf8')));
  const objects = texts
    .flatMap((text) => parseAllDocuments(text))
    .map((document): AwsAccount | CidrSet => document.toJS())
    .map((object) => (object.kind === 'CidrSet' ? { ...object, spec: { ...object.spec, mode: 'Plan' } } : object));
  await applyObjects(server, ...objects);
  const sets = await readySets(server);
  return scopes.flatMap(({ account, region }) =>
    sets.flatMap(({ metadata: { name: set }, status }) => {
      const here = status?.scopes?.find((each) => each.account === account && each.region === region);
      return here ? [{ set, account, region, groups: here.groups, rules: here.drift, foreign: here.foreignRules }] : [];
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
    for (const { name } of companyAccounts) {
      const wanted = total(planned.filter(({ account }) => account === name));
      const asPlanned = (rules: HeldRule[]) => rules.filter(({ ours }) => ours).length === wanted;
      onAccount(
        holdingsOf(await rulesOnce(stage, `the ${wanted} rules that were planned for ${name}`, asPlanned, name)),
      );
    }
    await readySets(stage.server);
  });
}

/** Deletes a rule of ours as one does in a console, and waits until it is back. */
export function deleteVictim(stage: Stage): Promise<Effort> {
  const [{ name, accountId, regions }] = companyAccounts;
  const group = new Group(stage.edge.clientFor(accountId, regions[0]), stage.company.ids.get(VICTIM.group) ?? '');
  return effort(stage, async () => {
    await group.revoke(VICTIM.text);
    await rulesOnce(stage, `${VICTIM.text} again`, (rules) => holds(rules, VICTIM), name);
  });
}

/** `office` gains a CIDR; `groups` and `rules` are what that reaches. */
export async function growOffice(stage: Stage): Promise<Effort & { groups: number; rules: number }> {
  const [, known = ''] = VICTIM.text.split(' ');
  const wanted = (await readRules(stage))
    .filter(({ ours, text }) => ours && text.endsWith(` ${known}`))
    .map(({ group, text }) => ({ group, text: text.replace(known, GAIN.cidr) }));
  const patch = JSON.stringify([{ op: 'add', path: '/spec/cidrs/-', value: GAIN }]);
  const spent = await effort(stage, async () => {
    await stage.server.kubectl('patch', 'cidrset', 'office', '--type=json', '-p', patch);
    await rulesOnce(stage, `${GAIN.cidr} in all groups`, (rules) => wanted.every((each) => holds(rules, each)));
    await readySets(stage.server);
  });
  return { ...spent, groups: new Set(wanted.map(({ group }) => group)).size, rules: wanted.length };
}

/** Waits for a further look at every scope: the second, for it begins when all that comes of the first is done. */
export function restAWhile(stage: Stage): Promise<Effort> {
  const looks = () =>
    scopes.map(({ accountId, region }) =>
      stage.edge.count({ action: 'DescribeSecurityGroupRules', accountId, region }),
    );
  const before = looks();
  return effort(stage, () =>
    eventually(() => {
      const late = scopes[looks().findIndex((count, index) => count < (before[index] ?? 0) + 2)];
      if (late) throw new Error(`${late.account}/${late.region} was not looked at again`);
    }, PATIENCE),
  );
}

export function total(planned: readonly Planned[]): number {
  return planned.reduce((sum, { rules }) => sum + rules, 0);
}

/** The sets, as soon as all of them are Ready. */
async function readySets({ kubectl }: ApiServer): Promise<CidrSet[]> {
  await kubectl('wait', '--for=condition=Ready', 'cidrsets', '--all', `--timeout=${PATIENCE}ms`);
  return JSON.parse(await kubectl('get', 'cidrsets', '--output=json')).items;
}

/** The rules of an account, or of all, as soon as they are as awaited. */
function rulesOnce(stage: Stage, awaited: string, isSo: (rules: HeldRule[]) => boolean, account?: string) {
  return eventually(async () => {
    const rules = await readRules(stage, account);
    if (!isSo(rules)) throw new Error(`After ${PATIENCE / 1000} s AWS does not hold ${awaited}`);
    return rules;
  }, PATIENCE);
}

function holds(rules: readonly HeldRule[], { group, text }: Pick<HeldRule, 'group' | 'text'>): boolean {
  return rules.some((rule) => rule.ours && rule.group === group && rule.text === text);
}

async function effort({ edge }: Stage, work: () => Promise<void>): Promise<Effort> {
  const [start, before] = [performance.now(), edge.count({ mutating: true })];
  await work();
  return { seconds: (performance.now() - start) / 1000, writes: edge.count({ mutating: true }) - before };
}
