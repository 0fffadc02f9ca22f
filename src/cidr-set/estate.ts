import { isDeepStrictEqual } from 'node:util';
import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import { type Scope, scopeKey } from '../aws/scope.js';
import type { ReadonlyStore } from '../kube/store.js';
import type { ClusterReport, ClusterView } from './cluster/report.js';
import type { ScopeReport } from './report.js';
import type { ResolvedSet } from './sources/resolve.js';
import { Resolver } from './sources/resolver.js';
import type { EksUpdates } from './targets/eks-public-access/updates.js';
import type { KnownObject, Operation } from './targets/kind.js';
import { isCurrent, type ScopeView } from './view.js';
import { clusterWishOf, type SetWish, wishOf } from './wish.js';

/** On each CidrSet that may have rules, so that its deletion waits until they are gone. */
export const FINALIZER = 'sallyport.dev/rules';

export interface Place {
  account: AwsAccount;
  scope: Scope;
}

/** What the scope controller and the set controller share: sets and accounts as last seen, and each scope's last report. */
export class Estate {
  readonly resolver: Resolver;
  readonly eksUpdates: EksUpdates = new Map();
  readonly #reports = new Map<string, ScopeReport>();
  /** By set. */
  readonly #clusterReports = new Map<string, ClusterReport>();

  constructor(
    readonly sets: ReadonlyStore<CidrSet>,
    readonly accounts: ReadonlyStore<AwsAccount>,
  ) {
    this.resolver = new Resolver(sets);
  }

  /**
   * What sets are known to have in the scope, wanted or not: by their statuses, a hint. Where a list is cut, what it has
   * elsewhere may be here too.
   */
  known({ scope }: Place): KnownObject[] {
    return this.sets
      .list()
      .flatMap(({ status }) =>
        (status?.objects ?? []).filter((object) => isIn(object, scope) || (object.account && status?.objectsOmitted)),
      );
  }

  /** Whether the set's status tells of the object, so that `known` does. */
  lists({ scope }: Place, set: string, { target, object: { name } }: Operation): boolean {
    const { objects = [], objectsOmitted } = this.sets.get(set)?.status ?? {};
    if (objectsOmitted) return true;
    return objects.some((object) => object.target === target && object.name === name && isIn(object, scope));
  }

  lastReport(key: string): ScopeReport | undefined {
    return this.#reports.get(key);
  }

  places(): Place[] {
    return this.accounts.list().flatMap((account) =>
      account.spec.regions.map((region) => ({
        account,
        scope: { account: account.metadata.name, accountId: account.spec.accountId, region },
      })),
    );
  }

  /** Undefined when the account, or the region of it, is no longer declared. */
  place(key: string): Place | undefined {
    return this.places().find(({ scope }) => scopeKey(scope) === key);
  }

  resolve(name: string): ResolvedSet {
    return this.resolver.resolve(name);
  }

  /** What all sets ask of one scope, by name, so that equal estates make equal plans. */
  wishes({ account, scope }: Place): SetWish[] {
    const sets = this.sets.list().sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
    return sets.map((set) => wish(set, this.resolve(set.metadata.name), account, scope.region));
  }

  views(set: CidrSet): ScopeView[] {
    const resolved = this.resolve(set.metadata.name);
    return this.places().map(({ account, scope }) => {
      const report = this.#reports.get(scopeKey(scope));
      return {
        account: scope.account,
        region: scope.region,
        wish: wish(set, resolved, account, scope.region),
        ...(report && { report }),
      };
    });
  }

  /** Returns the sets of which the report says something new. */
  keep(report: ScopeReport): string[] {
    const key = scopeKey(report.scope);
    const last = this.#reports.get(key);
    this.#reports.set(key, report);
    const about = (set: string, { digests, sets, error, failed }: ScopeReport) => [
      digests.get(set),
      sets.get(set),
      error,
      failed,
    ];
    const names = this.sets.list().map(({ metadata }) => metadata.name);
    return names.filter((set) => !last || !isDeepStrictEqual(about(set, report), about(set, last)));
  }

  forget(key: string): void {
    this.#reports.delete(key);
  }

  clusterWish(set: CidrSet): SetWish {
    return onceHeld(set, clusterWishOf(set, this.resolve(set.metadata.name)));
  }

  clusterView(set: CidrSet): ClusterView {
    const report = this.#clusterReports.get(set.metadata.name);
    return { wish: this.clusterWish(set), ...(report && { report }) };
  }

  /** Returns whether the report says something new. */
  keepCluster(set: string, report: ClusterReport): boolean {
    const last = this.#clusterReports.get(set);
    this.#clusterReports.set(set, report);
    return !isDeepStrictEqual(report, last);
  }

  forgetCluster(set: string): void {
    this.#clusterReports.delete(set);
  }

  /** Scopes whose last look was made before some set asked for what it asks now. */
  staleScopes(): string[] {
    const stale = new Set<string>();
    for (const set of this.sets.list()) {
      for (const view of this.views(set)) if (!isCurrent(view)) stale.add(scopeKey(view));
    }
    return [...stale];
  }
}

function wish(set: CidrSet, resolved: ResolvedSet, account: AwsAccount, region: string): SetWish {
  return onceHeld(set, wishOf(set, resolved, account, region));
}

/** Without our finalizer a set could vanish and leave its rules behind: it asks for nothing yet, and loses nothing. */
function onceHeld(set: CidrSet, known: SetWish): SetWish {
  if (set.metadata.finalizers?.includes(FINALIZER)) return known;
  return { ...known, complete: false, cidrs: [], targets: {} };
}

function isIn(object: { account?: string; region?: string }, scope: Scope): boolean {
  return object.account === scope.account && object.region === scope.region;
}
