import type { AwsAccount } from '../../api/aws-account.gen.js';
import type { CidrSet } from '../../api/cidr-set.gen.js';
import type { Problem } from '../../api/problem.js';
import { scopeKey } from '../../aws/scope.js';
import type { DescribedCidr } from '../../net/aggregate.js';
import { isTooWide, WIDEST } from '../../net/cidr.js';
import { selectorProblem, selects } from '../selector.js';
import { selectCidrs } from './aws/found.js';
import type { Memory } from './memory.js';
import type { Readings } from './readings.js';
import {
  type AwsSourceKind,
  awsKinds,
  type Discover,
  type Reading,
  type SourceRef,
  type SourceState,
} from './source.js';

/** A source in AWS, whatever its kind. */
export interface AwsSource {
  kind: AwsSourceKind;
  name: string;
  source: NonNullable<Discover[AwsSourceKind]>[number];
}

export function awsSources({ spec: { discover } }: CidrSet): AwsSource[] {
  return awsKinds.flatMap((kind) =>
    (discover?.[kind] ?? []).map((source) => ({ kind, name: `${kind}/${source.name}`, source })),
  );
}

/** The kinds that some set looks for in the scope. */
export function askedKinds(sets: readonly CidrSet[], account: AwsAccount, region: string): AwsSourceKind[] {
  const asking = sets.flatMap(awsSources).filter(({ source }) => selects(source, account, region));
  return awsKinds.filter((kind) => asking.some((each) => each.kind === kind));
}

/** Why sources can't be what was meant. */
export function selectionProblems(set: CidrSet, accounts: readonly AwsAccount[]): Problem[] {
  return awsSources(set).flatMap(({ name, source }) => selectorProblem(`Source ${name}`, source, accounts) ?? []);
}

/** Every source of the set, in each account and region that it selects, with what is known of it. */
export function sourceStates(
  set: CidrSet,
  accounts: readonly AwsAccount[],
  memory: Memory,
  readings: Readings,
): SourceState[] {
  const { allowAnywhere, discover } = set.spec;
  const sources = awsSources(set);
  const inAws = sources.flatMap(({ kind, name, source }) =>
    placesOf(accounts)
      .filter(({ account, region }) => selects(source, account, region))
      .map(({ account, region }) => {
        const place = { account: account.metadata.name, region };
        const reading = readings.inScope(scopeKey(place), kind);
        const chosen = reading?.ok
          ? { ...reading, value: selectCidrs(reading.value, source.tags ?? {}, place) }
          : reading;
        return stateOf({ name, ...place }, chosen, allowAnywhere);
      }),
  );
  const documents = (discover?.http ?? []).map((source) =>
    stateOf({ name: `http/${source.name}` }, readings.ofDocument(set.metadata.name, source), allowAnywhere),
  );
  const vanished = [...memory.values()].flatMap(({ ref }) => withoutAccount(ref, sources, accounts) ?? []);
  return [...inAws, ...documents, ...vanished];
}

function placesOf(accounts: readonly AwsAccount[]) {
  return accounts.flatMap((account) => account.spec.regions.map((region) => ({ account, region })));
}

function stateOf(
  ref: SourceRef,
  reading: Reading<readonly DescribedCidr[]> | undefined,
  allowAnywhere: boolean,
): SourceState {
  if (!reading) return { ref };
  const wide = reading.ok && !allowAnywhere ? reading.value.find(isTooWide) : undefined;
  if (!wide) return { ref, reading };
  const message = `${wide.cidr} is wider than /${WIDEST[wide.family]}; set allowAnywhere if that is meant`;
  return { ref, reading: { ok: false, problem: { reason: 'TooWide', message } } };
}

/**
 * A remembered source whose AwsAccount is gone. Labels say what they say of the accounts that are there: what an account
 * had that is no longer there is no longer found. A name is a claim that there is such an account, so all waits for it.
 */
function withoutAccount(
  ref: SourceRef,
  sources: readonly AwsSource[],
  accounts: readonly AwsAccount[],
): SourceState | undefined {
  const { account = '', region = '' } = ref;
  const source = sources.find(({ name }) => name === ref.name)?.source;
  if (!source || accounts.some(({ metadata }) => metadata.name === account)) return undefined;
  if (source.regions && !source.regions.includes(region)) return undefined;
  const problem = { reason: 'UnknownAccount', message: `there is no AwsAccount ${account} any more` };
  if (!source.accounts?.names) return { ref, reading: { ok: true, value: [], at: 0 }, note: problem };
  return source.accounts.names.includes(account) ? { ref, reading: { ok: false, problem } } : undefined;
}
