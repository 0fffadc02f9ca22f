import { makeNetwork } from '../test/support/aws/private-link.js';
import { companyAccounts } from '../test/support/company.js';
import type { EdgeCall } from '../test/support/edge/call.js';
import { eventually, type Ground, startGround } from '../test/support/ground.js';
import { gitlabHost, PrivateLinks, runners, runnersSet } from '../test/support/private-links.js';
import { ownerId } from './estate.js';
import { type Operator, startOperator } from './operator.js';

/** A look at a PrivateLinkEndpoint with nothing to do: one name, and each consumer has a group and a zone made for it. */
export interface PrivateLinkScenario {
  scenario: 'privatelink-resync';
  consumers: number;
  /** Accounts and regions that the consumers are in; all are the provider's region or another. */
  accounts: number;
  scopes: number;
  mutatingCalls: number;
  readCalls: number;
  /** By action. */
  reads: Record<string, number>;
}

const CONSUMERS = [1, 10, 50];
const PLACES = ['eu-west-1', 'us-east-1'].flatMap((region) => companyAccounts.map((each) => ({ ...each, region })));
/** A look must end before the next begins. */
const RESYNC_SECONDS = 15;
const PATIENCE_MS = 300_000;

/** One resource on one ground, with ever more consumers in three accounts and two regions. */
export async function runPrivateLink(tell: (doing: string) => void): Promise<PrivateLinkScenario[]> {
  tell('a fresh ground');
  const ground = await startGround();
  try {
    const calls = callsOf(ground);
    const links = await PrivateLinks.make(ground);
    await ground.apply(runnersSet);
    const operator = await startOperator(ground.server.kubeconfig, ownerId, RESYNC_SECONDS);
    const consumers: Awaited<ReturnType<typeof makeConsumer>>[] = [];
    const scenarios: PrivateLinkScenario[] = [];
    for (const count of CONSUMERS) {
      tell(`${count} consumers`);
      while (consumers.length < count) consumers.push(await makeConsumer(ground, links, consumers.length));
      await ground.apply(links.gitlab({ hosts: gitlabHost, consumers }));
      await eventually(() => settled(ground, links, count), PATIENCE_MS);
      await endOfLook(operator);
      const from = calls.length;
      await endOfLook(operator);
      const look = calls.slice(from);
      const reads = look.filter((call) => !call.mutating && isOfEndpoints(call));
      scenarios.push({
        scenario: 'privatelink-resync',
        consumers: count,
        accounts: new Set(consumers.map(({ account }) => account)).size,
        scopes: new Set(consumers.map(({ account, region }) => `${account}/${region}`)).size,
        mutatingCalls: look.filter(({ mutating }) => mutating).length,
        readCalls: reads.length,
        reads: countBy(reads),
      });
    }
    await operator.stop();
    return scenarios;
  } finally {
    await ground.stop();
  }
}

/** All calls from now on, with their parameters. */
function callsOf({ edge }: Ground): EdgeCall[] {
  const calls: EdgeCall[] = [];
  edge.fault({
    effect: (call, next) => {
      calls.push(call);
      return next();
    },
  });
  return calls;
}

async function makeConsumer({ edge }: Ground, links: PrivateLinks, index: number) {
  const place = PLACES[index % PLACES.length];
  if (!place) throw new Error('no place');
  const { name: account, accountId, region } = place;
  const { vpcId } = await makeNetwork(edge, accountId, region, runners);
  return { ...links.consumer('teamA'), name: `vpc-${index}`, account, region, vpc: { id: vpcId } };
}

async function settled(ground: Ground, links: PrivateLinks, consumers: number): Promise<void> {
  const { endpoints, conditions = [] } = (await links.status()) ?? {};
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (endpoints !== `${consumers}/${consumers}` || ready?.status !== 'True') throw new Error(`${ready?.message}`);
  await ground.told('cidrset/runners', `True InSync: ${consumers} rule`);
}

/** There is one resource, so its looks follow each other. */
async function endOfLook(operator: Operator): Promise<void> {
  const { ended: before } = await operator.looks('private-link-endpoint');
  await eventually(async () => {
    const { ended } = await operator.looks('private-link-endpoint');
    if (ended === before) throw new Error('no look has ended');
  }, PATIENCE_MS);
}

/** CidrSets have looks of their own at the same places: those read all security groups, and not by our mark. */
function isOfEndpoints({ service, action, params }: EdgeCall): boolean {
  if (['DescribeSecurityGroupRules', 'DescribeManagedPrefixLists'].includes(action)) return false;
  if (action === 'DescribeSecurityGroups') return params.has('Filter.1.Name');
  return service !== 'sts' && service !== 'servicequotas';
}

function countBy(calls: readonly EdgeCall[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action } of calls) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}
