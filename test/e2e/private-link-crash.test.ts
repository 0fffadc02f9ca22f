import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DescribeVpcEndpointServicePermissionsCommand } from '@aws-sdk/client-ec2';
import { GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cidrSet, type Manifest } from '../support/cluster.js';
import type { CallRecord, EdgeCall } from '../support/edge/call.js';
import { ConnectionReset } from '../support/edge/effects.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { Group } from '../support/group.js';
import { gitlabHost, type Place, PrivateLinks, runnersSet } from '../support/private-links.js';
import { type ServerProcess, startServer } from '../support/process.js';

const partners = cidrSet('partners', ['10.9.0.0/16'], {
  targets: { taggedSecurityGroups: { allowedPorts: ['tcp/443'] } },
});

let folder: string;
let program: string;
let ground: Ground;
let links: PrivateLinks;
let operator: ServerProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-private-link-crash-'));
  program = join(folder, 'sallyport.mjs');
  await promisify(execFile)(process.execPath, ['tools/build.mjs', program]);
  ground = await startGround();
  links = await PrivateLinks.make(ground);
  await ground.apply(runnersSet, partners);
  operator = await start();
});
afterAll(async () => {
  await operator?.kill();
  await ground?.stop();
  await rm(folder, { recursive: true });
});

/** The operator as it is delivered, the same pod each time. */
function start(): Promise<ServerProcess> {
  const pace = ['--resync=10', '--poll=0.1'];
  const options = ['--owner-id=owner', '--identity=pod', '--health-address=127.0.0.1:0', '--log-level=warn', ...pace];
  return startServer(process.execPath, {
    args: [program, 'run', ...options],
    env: { KUBECONFIG: ground.server.kubeconfig, AWS_ENDPOINT_URL: ground.edge.url },
    log: join(folder, 'operator.log'),
    isReady: async () => true,
  });
}

/** What a resource goes through. */
type Stage = 'made' | 'changed' | 'deleted';
const STAGES: readonly Stage[] = ['made', 'changed', 'deleted'];

/** From made to changed, another VPC takes the place of one, a set that of another, and a name and a tag are added. */
function wish(stage: Stage): Manifest {
  const made = stage === 'made';
  const place: Place = made ? 'shared' : 'teamB';
  const { name, vpcId, region } = { name: made ? 'shared' : 'team-b', ...links.company.consumers[place] };
  const consumer = links.consumer('teamA', {
    dns: { sharedWith: [{ account: name, region, vpcId }] },
    securityGroups: { allowFrom: [{ set: made ? 'runners' : 'partners', ports: ['tcp/443'] }] },
    ...(!made && { tags: { team: 'ci' }, policy: '{"Statement":[]}' }),
  });
  const allowedPrincipals = made ? [] : ['arn:aws:iam::333333333333:root'];
  const service = { provider: links.provider({ allowedPrincipals }) };
  return links.gitlab({ service, consumers: [consumer], ...(made && { hosts: gitlabHost }) });
}

/** All that there is of it in AWS. */
function expected(stage: Stage): string[] {
  if (stage === 'deleted') return [];
  const { shared, teamA, teamB } = links.company.consumers;
  const made = stage === 'made';
  return [
    'shared eu-west-1 service Available',
    'team-a eu-west-1 endpoint available 2',
    'team-a eu-west-1 group',
    `team-a zone privatelink.example.com. ${made ? 4 : 6}`,
    ...[teamA, made ? shared : teamB].map(({ vpcId }) => `zone in ${vpcId}`).sort(),
    `group lets in * tcp/443 ${made ? '10.1.0.0/16' : '10.9.0.0/16'}`,
    'service for arn:aws:iam::222222222222:root',
    ...(made ? [] : ['service for arn:aws:iam::333333333333:root']),
  ];
}

async function holdings(): Promise<string[]> {
  const all = await links.holdings();
  if (all.length === 0) return all;
  const { service, consumers: [told] = [] } = (await links.status()) ?? {};
  const { VPCs = [] } = await links.route53('teamA').send(new GetHostedZoneCommand({ Id: told?.zoneId }));
  const provider = ground.edge.clientFor('111111111111', 'eu-west-1');
  const { AllowedPrincipals = [] } = await provider.send(
    new DescribeVpcEndpointServicePermissionsCommand({ ServiceId: service?.id }),
  );
  return [
    ...all,
    ...VPCs.map(({ VPCId }) => `zone in ${VPCId}`).sort(),
    ...(await new Group(links.ec2('teamA'), told?.groupId ?? '').rules()).map((rule) => `group lets in ${rule}`),
    ...AllowedPrincipals.map(({ Principal }) => `service for ${Principal}`).sort(),
  ];
}

async function ask(stage: Stage): Promise<void> {
  if (stage === 'deleted') {
    await ground.deleteEndpoints();
    return;
  }
  await ground.apply(wish(stage));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
}

/** How the operator dies at a call: with its answer, or before AWS hears of it. */
type Death = 'Answered' | 'NeverHeard';

/** Asks for a stage. The operator dies at each call that is deadly, and another starts. Resolves to all calls. */
async function crossing(stage: Stage, death: Death, isDeadly: (call: EdgeCall) => boolean): Promise<CallRecord[]> {
  const before = ground.edge.calls.length;
  let dying: Promise<void> | undefined;
  let isOver = false;
  async function die(): Promise<void> {
    await operator.kill();
    operator = await start();
    dying = undefined;
  }
  const fault = ground.edge.fault({
    effect: async (call, next) => {
      if (!dying && !isDeadly(call)) return next();
      const answer = death === 'Answered' ? await next() : undefined;
      if (answer && isOver) return answer;
      dying ??= die();
      await dying;
      if (answer) return answer;
      throw new ConnectionReset();
    },
  });
  await ask(stage);
  isOver = true;
  fault.stop();
  await dying;
  await eventually(async () => expect(await holdings()).toEqual(expected(stage)));
  return ground.edge.calls.slice(before);
}

const REMOVAL = /^Delete(VpcEndpoints|HostedZone|SecurityGroup|VpcEndpointServiceConfigurations)$/;

it.each<[how: string, death: Death, kindOf: (call: EdgeCall) => string | false, least: number]>([
  ['before AWS hears of each change', 'NeverHeard', ({ mutating, action, body }) => mutating && action + body, 26],
  ['with the answer to each change', 'Answered', ({ mutating, action, body }) => mutating && action + body, 18],
  ['with the answer to each kind of read', 'Answered', ({ mutating, action }) => !mutating && action, 15],
])(
  'makes all of it once, and leaves nothing, killed %s',
  async (_how, death, kindOf, least) => {
    const known = new Set<string>();
    for (const stage of STAGES) {
      const calls = await crossing(stage, death, (call) => {
        const kind = kindOf(call);
        if (!kind || known.has(kind)) return false;
        known.add(kind);
        return true;
      });
      // Where nothing was made twice, nothing has to go.
      if (stage !== 'deleted') expect(calls.filter(({ action }) => REMOVAL.test(action))).toEqual([]);
    }
    expect(known.size).toBeGreaterThanOrEqual(least);
  },
  900_000,
);
