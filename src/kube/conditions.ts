import type { KubeObject } from './resource.js';

/** metav1.Condition. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  /** The generation of spec that the condition is about. */
  observedGeneration?: number;
  /** When status changed, and nothing else. */
  lastTransitionTime: string;
  /** CamelCase, for programs. */
  reason: string;
  /** For people: what, where, and what to do next. */
  message: string;
}

export type Finding = Pick<Condition, 'status' | 'reason' | 'message'>;

export interface ConditionsInput<Type extends string> {
  object: KubeObject & { status?: { conditions?: Condition[] } };
  /** What was found now. A dependent that is not among them is Unknown. */
  findings: Partial<Record<Type, Finding>>;
  /** How Ready is told, where the root cause's own words, or `Ready`, do not serve. */
  ready?: Partial<Pick<Finding, 'reason' | 'message'>> | undefined;
  /** Further conditions, which Ready doesn't heed. */
  advice?: Record<string, Finding>;
  /** See timestamp. */
  now: string;
}

/**
 * The conditions of a kind: its dependents, the most fundamental first, and Ready, which is True when all of them are,
 * False when one is False, otherwise Unknown, and names the first that is to blame. With observedGeneration on each,
 * kstatus, `kubectl wait` and Argo CD understand them.
 */
export function conditionSet<const Type extends string>(...dependents: readonly Type[]) {
  return function conditions({ object, findings, ready, advice = {}, now }: ConditionsInput<Type>): Condition[] {
    const found = dependents.map((type) => ({ type, ...(findings[type] ?? awaiting) }));
    const cause = found.find(({ status }) => status === 'False') ?? found.find(({ status }) => status === 'Unknown');
    const summary = cause ?? { status: 'True', reason: 'Ready', message: '' };
    const advised = Object.entries(advice).map(([type, each]) => ({ type, ...each }));
    return [{ ...summary, ...ready, type: 'Ready' }, ...found, ...advised].map(({ type, status, reason, message }) => {
      const former = object.status?.conditions?.find((condition) => condition.type === type);
      const lastTransitionTime = former?.status === status ? former.lastTransitionTime : now;
      const observedGeneration = object.metadata.generation ?? 0;
      return { type, status, observedGeneration, lastTransitionTime, reason, message } satisfies Condition;
    });
  };
}

const awaiting = { status: 'Unknown', reason: 'AwaitingReconciliation', message: '' } satisfies Finding;
