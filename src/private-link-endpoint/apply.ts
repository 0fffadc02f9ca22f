import pMap from 'p-map';
import type { AwsResult } from '../aws/call.js';
import { AwsError, classOf } from '../aws/errors.js';
import type { Places } from '../aws/places.js';
import type { AwsScope } from '../aws/services.js';
import { groupBy } from '../group-by.js';
import { CALLS, type Request } from './calls.js';
import type { Operation, Outcome } from './operation.js';

/** Lanes side by side: the limiter paces the calls, this bounds how many wait for it. */
const CONCURRENCY = 16;

/** Carries operations out: see Operation for their order. */
export async function applyOperations(
  operations: readonly Operation[],
  places: Places,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const lanes = [...groupBy(operations, ({ lane }) => lane).values()];
  const outcomes = await pMap(lanes, (lane) => applyLane(lane, places, signal), { concurrency: CONCURRENCY });
  return outcomes.flat();
}

async function applyLane(lane: readonly Operation[], places: Places, signal: AbortSignal): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const stopped = new Set<string | undefined>();
  for (const operation of lane) {
    if (signal.aborted || stopped.has(operation.chain)) {
      outcomes.push({ operation, result: 'NotTried' });
      continue;
    }
    const answer = await applyOne(operation, places, signal);
    if (!answer.ok) stopped.add(operation.chain);
    outcomes.push({ operation, result: answer.ok ? 'Done' : answer.error });
  }
  return outcomes;
}

async function applyOne(
  { place, request }: Operation,
  places: Places,
  signal: AbortSignal,
): Promise<AwsResult<unknown>> {
  const road = await places.open(place, signal);
  if (!road.ok) {
    const { problem, error } = road;
    const call = { ...place, accountId: '', service: 'sts', action: request.action };
    return {
      ok: false,
      error: error ?? new AwsError(call, { class: 'Denied', code: problem.reason, message: problem.message }),
    };
  }
  return send(road.value, request);
}

async function send(aws: AwsScope, request: Request): Promise<AwsResult<unknown>> {
  // TypeScript doesn't follow that an action and its input belong together.
  const call = CALLS[request.action] as (aws: AwsScope, input: Request['input']) => Promise<AwsResult<object>>;
  const answer = await call(aws, request.input);
  if (!answer.ok) return answer;
  const [failure] = unsuccessful(answer.value);
  if (!failure) return answer;
  const { Code: code = '', Message = '' } = failure.Error ?? {};
  const message = `ec2:${request.action} failed for ${failure.ResourceId}: ${code}: ${Message.replace(/\.$/, '')}`;
  const target = { ...aws.ec2.target, action: request.action };
  return { ok: false, error: new AwsError(target, { class: classOf(code, 400), code, message }) };
}

interface Unsuccessful {
  ResourceId?: string;
  Error?: { Code?: string; Message?: string };
}

/** Calls about several things succeed even where they did nothing. */
function unsuccessful(answer: object): Unsuccessful[] {
  return 'Unsuccessful' in answer && Array.isArray(answer.Unsuccessful) ? answer.Unsuccessful : [];
}
