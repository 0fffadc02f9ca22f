import { describe, expect, it } from '@jest/globals';
import { ownershipValue } from '../../../src/private-link-endpoint/records/ownership.js';
import {
  balancer,
  endpoint,
  identity,
  lbArn,
  lines,
  ownRecords,
  planOf,
  providerReading,
  reasons,
  runners,
  service,
  serviceName,
  type WorldChange,
  zone,
} from './world.js';

const name = 'gitlab.privatelink.example.com';
const empty = zone.records.slice(0, 2);
const connection = providerReading.connections[0];
if (!connection) throw new Error('no connection');
const stranger = { ...connection, endpointId: 'vpce-9', accountId: '999999999999' };
const provider = (more: object) => ({
  service: { provider: { account: 'shared', region: 'eu-west-1', loadBalancer: { arn: lbArn }, ...more } },
});
const moved = { ...service, id: 'vpce-svc-2', name: serviceName.replace('svc-1', 'svc-2') };
const privateDns = { name: 'gitlab.example.com', zoneId: 'ZPUBLIC' };
const named = (state: string) => ({
  services: [{ ...service, privateDns: { name: 'gitlab.example.com', state, txtName: '_x', txtValue: 'vpce:y' } }],
});
const proven = {
  ok: true as const,
  value: { name: '_x.gitlab.example.com', type: 'TXT', ttl: 300, values: ['"vpce:y"'] },
};

/** What is different, the calls that follow, and the problems that are told. */
type Row = [what: string, change: WorldChange, operations: string[], problems?: string[]];

function check(_what: string, change: WorldChange, operations: string[], problems: string[] = []): void {
  const plan = planOf(change);
  expect({ operations: lines(plan.operations), problems: reasons(plan) }).toEqual({ operations, problems });
}

it('rests when all is as declared', () => check('done', {}, []));

describe('the service', () => {
  it.each<Row>([
    [
      'is made first, and the group beside it',
      { provider: { services: [], connections: [] }, vpc: { endpoints: [], groups: [], services: [] }, zones: [] },
      [
        '+ CreateSecurityGroup security group in vpc-1 of runners',
        '+ CreateVpcEndpointServiceConfiguration endpoint service for ci/gitlab',
      ],
      ['(Creating)', '(NoService)', '(NoEndpoint)'],
    ],
    [
      "isn't made for a load balancer that isn't there",
      { provider: { services: [], loadBalancers: [] }, vpc: { endpoints: [], services: [] }, zones: [] },
      [],
      ['NoLoadBalancer', '(Creating)', '(NoService)', '(NoEndpoint)'],
    ],
    [
      "isn't made for one of two",
      {
        spec: provider({ loadBalancer: { tags: { app: 'gitlab' } } }),
        provider: { loadBalancers: [balancer, { ...balancer, arn: 'other', name: 'other' }] },
      },
      [],
      ['ManyLoadBalancers'],
    ],
    ['is found by tags', { spec: provider({ loadBalancer: { tags: { app: 'gitlab' } } }) }, []],
    [
      "is found by a Kubernetes Service's address",
      {
        spec: provider({ loadBalancer: { kubernetesService: 'nginx' } }),
        kubernetesHost: { ok: true, value: 'GitLab.elb.amazonaws.com' },
      },
      [],
    ],
    [
      "waits for a Kubernetes Service's address",
      { spec: provider({ loadBalancer: { kubernetesService: 'nginx' } }), kubernetesHost: { ok: true, value: '' } },
      [],
      ['(NoLoadBalancer)'],
    ],
    [
      'of another resource is not ours',
      { provider: { services: [{ ...service, tags: { ...service.tags, 'sallyport.dev/owner': 'other' } }] } },
      ['+ CreateVpcEndpointServiceConfiguration endpoint service for ci/gitlab'],
      ['(Creating)', '(NoService)', '(NoEndpoint)'],
    ],
    [
      'that failed is made anew',
      { provider: { services: [{ ...service, state: 'Failed' }] } },
      ['- DeleteVpcEndpointServiceConfigurations endpoint service vpce-svc-1 for ci/gitlab'],
      ['ServiceFailed'],
    ],
    ['is waited for', { provider: { services: [{ ...service, state: 'Pending' }] } }, [], ['(Pending)']],
    [
      'requires acceptance',
      { provider: { services: [{ ...service, acceptanceRequired: false }] } },
      ['~ ModifyVpcEndpointServiceConfiguration acceptance required for ci/gitlab'],
    ],
    [
      "lets in the consumers' accounts and nobody else",
      { provider: { services: [{ ...service, principals: ['arn:aws:iam::999999999999:root'] }] } },
      [
        '~ ModifyVpcEndpointServicePermissions allowed principals +arn:aws:iam::222222222222:root, -arn:aws:iam::999999999999:root for ci/gitlab',
      ],
    ],
    ['shuts nobody out while an account is unknown', { accountId: null }, []],
    [
      "goes to the consumers' regions, and leaves those where somebody is connected",
      {
        provider: {
          services: [{ ...service, regions: ['us-east-1', 'us-west-2'] }],
          connections: [{ ...connection, region: 'us-west-2' }],
        },
      },
      ['~ ModifyVpcEndpointServiceConfiguration regions eu-west-1 for ci/gitlab'],
    ],
    [
      'changes its load balancer while nobody is connected',
      { provider: { services: [{ ...service, loadBalancerArns: ['old'] }], connections: [] } },
      ['~ ModifyVpcEndpointServiceConfiguration load balancer gitlab for ci/gitlab'],
    ],
    [
      'gets another one for another load balancer, as AWS takes none out of one in use',
      { provider: { services: [{ ...service, loadBalancerArns: ['old'] }] } },
      ['+ CreateVpcEndpointServiceConfiguration endpoint service for ci/gitlab'],
      ['(Moving)'],
    ],
    [
      'of the load balancer before stays while an endpoint is there',
      { provider: { services: [{ ...service, loadBalancerArns: ['old'] }, moved] } },
      [],
      ['(Deleting)', '(NoService)', '(NoEndpoint)'],
    ],
    [
      'of the load balancer before goes when the endpoint has moved',
      {
        provider: { services: [{ ...service, loadBalancerArns: ['old'] }, moved], connections: [] },
        vpc: {
          endpoints: [{ ...endpoint, serviceName: moved.name }],
          services: [{ name: moved.name, zones: ['eu-west-1a', 'eu-west-1b'], privateDnsVerified: false }],
        },
      },
      ['- DeleteVpcEndpointServiceConfigurations endpoint service vpce-svc-1 for ci/gitlab'],
      ['(Deleting)'],
    ],
    [
      'keeps a load balancer that somebody added, and says so',
      { provider: { services: [{ ...service, loadBalancerArns: [lbArn, 'other'] }] } },
      [],
      ['LoadBalancerInUse'],
    ],
    [
      'has security groups switched off',
      { spec: provider({ enforceSecurityGroups: false }) },
      ['~ SetSecurityGroups security groups of gitlab not applied to PrivateLink for ci/gitlab'],
    ],
    ['has them as asked', { spec: provider({ enforceSecurityGroups: true }) }, []],
    [
      'has none to switch',
      {
        spec: provider({ enforceSecurityGroups: false }),
        provider: { loadBalancers: [{ arn: lbArn, name: 'gitlab', dnsName: '', groupIds: [], tags: {} }] },
      },
      [],
      ['NoSecurityGroups'],
    ],
    [
      'gets its name',
      { spec: provider({ privateDns }) },
      ['~ ModifyVpcEndpointServiceConfiguration private DNS name gitlab.example.com for ci/gitlab'],
      ['(NameNotVerified)'],
    ],
    [
      'has the name proven',
      {
        spec: provider({ privateDns }),
        provider: named('pendingVerification'),
        proof: { record: { ok: true, value: undefined }, asked: false },
      },
      [
        '+ ChangeResourceRecordSets TXT record _x.gitlab.example.com',
        '~ StartVpcEndpointServicePrivateDnsVerification verification of gitlab.example.com',
      ],
      ['(NameNotVerified)'],
    ],
    [
      "isn't asked for again while AWS looks",
      {
        spec: provider({ privateDns }),
        provider: named('pendingVerification'),
        proof: { record: proven, asked: true },
      },
      [],
      ['(NameNotVerified)'],
    ],
    [
      'is asked for again when AWS found nothing',
      { spec: provider({ privateDns }), provider: named('failed'), proof: { record: proven, asked: true } },
      ['~ StartVpcEndpointServicePrivateDnsVerification verification of gitlab.example.com'],
      ['NameNotVerified'],
    ],
    [
      'has its proof',
      { spec: provider({ privateDns }), provider: named('verified'), proof: { record: proven, asked: false } },
      [],
    ],
    [
      'keeps its proof',
      {
        spec: provider({ privateDns }),
        provider: named('verified'),
        proof: { record: { ok: true, value: undefined }, asked: false },
      },
      ['+ ChangeResourceRecordSets TXT record _x.gitlab.example.com'],
    ],
    [
      "loses a name that isn't declared",
      { provider: named('verified') },
      ['~ ModifyVpcEndpointServiceConfiguration no private DNS name gitlab.example.com for ci/gitlab'],
    ],
  ])('%s', check);
});

describe('a connection', () => {
  const accept = (id: string) => `~ AcceptVpcEndpointConnections accepted ${id} for ci/gitlab`;
  const state = (each: typeof connection, now: string) => ({ provider: { connections: [{ ...each, state: now }] } });
  it.each<Row>([
    ['of ours is accepted', state(connection, 'pendingAcceptance'), [accept('vpce-1')]],
    ['of ours is accepted after all', state(connection, 'rejected'), [accept('vpce-1')]],
    [
      'of a declared account is accepted',
      state({ ...connection, endpointId: 'vpce-7' }, 'pendingAcceptance'),
      [accept('vpce-7')],
    ],
    ['of a declared account stays rejected', state({ ...connection, endpointId: 'vpce-7' }, 'rejected'), []],
    ['of a stranger is left pending', state(stranger, 'pendingAcceptance'), []],
    ['of another service is none of ours', state({ ...connection, serviceId: 'other' }, 'pendingAcceptance'), []],
  ])('%s', check);

  it('of a stranger is counted', () => {
    expect(planOf(state(stranger, 'pendingAcceptance')).service.others).toMatchObject([{ endpointId: 'vpce-9' }]);
  });
});

describe('an endpoint', () => {
  const create = '+ CreateVpcEndpoint endpoint in vpc-1 of runners';
  const made = (more: object) => ({ vpc: { endpoints: [{ ...endpoint, ...more }] } });
  const failedAgain = (times: number, minutes: number) => {
    const tags = { ...endpoint.tags, 'sallyport.dev/failures': `${times}` };
    return { state: 'failed', tags, ageMs: minutes * 60_000 };
  };
  const consumer = (more: object) => ({ spec: { consumers: [{ ...runners, ...more }] } });
  it.each<Row>([
    ['is made', { vpc: { endpoints: [] } }, [create], ['(Creating)', '(NoEndpoint)']],
    [
      'waits for its group',
      { vpc: { endpoints: [], groups: [] } },
      ['+ CreateSecurityGroup security group in vpc-1 of runners'],
      ['(Creating)', '(NoEndpoint)'],
    ],
    ['waits for the offer', { vpc: { endpoints: [], services: [] } }, [], ['(NoService)', '(NoEndpoint)']],
    [
      "needs a subnet in the service's zones",
      { vpc: { endpoints: [], services: [{ name: serviceName, zones: ['eu-west-1d'], privateDnsVerified: false }] } },
      [],
      ['NoSubnet', '(NoEndpoint)'],
    ],
    [
      'of another install is not ours',
      made({ tags: { 'sallyport.dev/owner': 'x' } }),
      [create],
      ['(Creating)', '(NoEndpoint)'],
    ],
    ['that is being deleted is replaced', made({ state: 'deleting' }), [create], ['(Creating)', '(NoEndpoint)']],
    ['that failed is replaced', made({ state: 'failed' }), [create], ['EndpointFailed', '(NoEndpoint)']],
    ['that failed again waits', made(failedAgain(1, 0.9)), [], ['EndpointFailed', '(NoEndpoint)']],
    ['that failed again is replaced', made(failedAgain(1, 1)), [create], ['EndpointFailed', '(NoEndpoint)']],
    ['waits longer each time', made(failedAgain(4, 7.9)), [], ['EndpointFailed', '(NoEndpoint)']],
    ['waits an hour at most', made(failedAgain(99, 60)), [create], ['EndpointFailed', '(NoEndpoint)']],
    ['that was well for long does not', made(failedAgain(99, 121)), [create], ['EndpointFailed', '(NoEndpoint)']],
    [
      'that failed goes when another is there',
      { vpc: { endpoints: [{ ...endpoint, id: 'vpce-0', state: 'failed' }, endpoint] } },
      ['- DeleteVpcEndpoints endpoint vpce-0 of runners'],
    ],
    [
      'that failed for another service goes',
      made({ ...failedAgain(1, 0), serviceName: 'old' }),
      [create, '- DeleteVpcEndpoints endpoint vpce-1 of runners'],
      ['(Creating)', '(NoEndpoint)'],
    ],
    ['is being accepted', made({ state: 'pendingAcceptance' }), [], ['(PendingAcceptance)', '(NoEndpoint)']],
    ['is being accepted again', made({ state: 'rejected' }), [], ['(Rejected)', '(NoEndpoint)']],
    ['is waited for', made({ state: 'pending' }), [], ['(Pending)', '(NoEndpoint)']],
    [
      'for another service comes before the old one goes',
      made({ serviceName: 'old' }),
      [create],
      ['(Creating)', '(NoEndpoint)'],
    ],
    [
      'takes over the names before the old one goes',
      {
        vpc: {
          endpoints: [
            { ...endpoint, serviceName: 'old' },
            { ...endpoint, id: 'vpce-2', dns: [{ name: 'vpce-2.svc', zoneId: 'ZVPCE' }] },
          ],
        },
      },
      [`~ ChangeResourceRecordSets record ${name} in Z1, of runners`],
    ],
    [
      'that nothing leads to goes',
      { vpc: { endpoints: [endpoint, { ...endpoint, id: 'vpce-2', dns: [{ name: 'vpce-2.svc', zoneId: 'ZVPCE' }] }] } },
      ['- DeleteVpcEndpoints endpoint vpce-2 of runners'],
    ],
    [
      'gets its subnets',
      made({ subnetIds: ['subnet-a', 'subnet-c'] }),
      ['~ ModifyVpcEndpoint subnets subnet-a, subnet-b on vpce-1 of runners'],
    ],
    [
      'gets its groups',
      made({ groupIds: ['sg-8'] }),
      ['~ ModifyVpcEndpoint security groups sg-1 on vpce-1 of runners'],
    ],
    [
      'gets tags, and keeps those of others',
      { ...consumer({ tags: { team: 'ci' } }), ...made({ tags: { ...endpoint.tags, cost: '1' } }) },
      ['~ CreateTags tags team on sg-1 of runners', '~ CreateTags tags team on vpce-1 of runners'],
    ],
    ['has the policy in other words', consumer({ policy: '{ "Statement": [] }' }), []],
    ['gets its policy', consumer({ policy: '{"Statement":[1]}' }), ['~ ModifyVpcEndpoint policy on vpce-1 of runners']],
    ['lets in sets that allow it', { notAdmitted: ['there is no CidrSet office'] }, [], ['SetNotAdmitted']],
    ['waits for the name', consumer({ privateDns: true }), [], ['(NameNotVerified)']],
    [
      'gets the name once it is verified',
      {
        ...consumer({ privateDns: true }),
        vpc: { services: [{ name: serviceName, zones: [], privateDnsVerified: true }], subnets: [] },
      },
      ['~ ModifyVpcEndpoint private DNS on on vpce-1 of runners'],
      ['NoSubnet'],
    ],
    ['loses the name', made({ privateDnsEnabled: true }), ['~ ModifyVpcEndpoint private DNS off on vpce-1 of runners']],
    [
      'has a group that lets other sets in',
      consumer({ securityGroups: { allowFrom: [{ set: 'vpn', ports: ['tcp/443'] }] } }),
      ['~ CreateTags tags cidrset.sallyport.dev/vpn on sg-1 of runners', '~ DeleteTags tags on sg-1 of runners'],
    ],
    ['is in one of two VPCs', consumer({ vpc: { tags: { a: 'b' } } }), [], ['NoVpc', '(NoEndpoint)']],
  ])('%s', check);

  it('is created once: the same token until another was seen', () => {
    const token = (status?: WorldChange['status']) => {
      const { operations } = planOf({ vpc: { endpoints: [] }, ...(status && { status }) });
      const [request] = operations.map((each) => each.request);
      return request?.action === 'CreateVpcEndpoint' ? request.input.ClientToken : undefined;
    };
    const known = { name: 'runners', account: 'team-a', region: 'eu-west-1', ready: true, reason: 'Ready' };
    expect(token()).toBe(token());
    expect(token({ consumers: [{ ...known, endpointId: 'vpce-1' }] })).not.toBe(token());
  });
});

describe('names', () => {
  const records = (...all: object[]) => ({ zones: [{ ...zone, records: [...empty, ...(all as typeof empty)] }] });
  const [a, mark] = ownRecords();
  const change = (sign: string) => `${sign} ChangeResourceRecordSets record ${name} in Z1, of runners`;
  it.each<Row>([
    [
      'get a zone',
      { zones: [] },
      ['+ CreateHostedZone private zone privatelink.example.com in vpc-1, of runners'],
      ['(Creating)'],
    ],
    [
      'get no zone of another name',
      { zones: [{ ...zone, name: 'old.example.com', records: [] }] },
      ['+ CreateHostedZone private zone privatelink.example.com in vpc-1, of runners'],
      ['(Creating)'],
    ],
    ['are written', records(), [change('+')]],
    ['are put right', records({ ...a, alias: { zoneId: 'ZVPCE', name: 'old' } }, { ...mark }), [change('~')]],
    ['are put back', records({ ...mark }), [change('~')]],
    ["stay somebody else's", records({ ...a }), [], ['RecordTaken']],
    [
      "stay another owner's",
      records({ ...a }, { ...mark, values: ['"heritage=external-dns,external-dns/owner=default"'] }),
      [],
      ['RecordTaken'],
    ],
    [
      "stay those of a legacy owner's mark",
      records({ ...mark, name, values: ['"heritage=external-dns,external-dns/owner=default"'] }),
      [],
      ['RecordTaken'],
    ],
    [
      'that are not declared go, those of others stay',
      records(...ownRecords(), ...ownRecords('old.privatelink.example.com'), {
        name: 'theirs.privatelink.example.com',
        type: 'A',
        values: ['10.0.0.1'],
      }),
      ['- ChangeResourceRecordSets record old.privatelink.example.com in Z1, of runners'],
    ],
    [
      'are plain where there can be no alias',
      { vpc: { endpoints: [{ ...endpoint, dns: [{ name: 'vpce-1.svc.vpce.amazonaws.com' }] }] } },
      [change('~')],
    ],
    [
      'wait for the endpoint and stay as they are',
      { vpc: { endpoints: [{ ...endpoint, state: 'pending' }] } },
      [],
      ['(Pending)', '(NoEndpoint)'],
    ],
    [
      'are in an adopted zone, which the VPC is brought into',
      {
        spec: { consumers: [{ ...runners, dns: { zoneId: 'Z2' } }] },
        zones: [{ ...zone, id: 'Z2', reference: 'theirs', vpcIds: ['vpc-8'] }],
      },
      ['+ AssociateVPCWithHostedZone association of vpc-1 with zone Z2'],
      ['(NotAssociated)'],
    ],
    [
      'need the adopted zone',
      { spec: { consumers: [{ ...runners, dns: { zoneId: 'Z2' } }] }, zones: [] },
      [],
      ['NoZone'],
    ],
  ])('%s', check);
});

describe('VPCs of other accounts', () => {
  const dns = { sharedWith: [{ account: 'team-b', region: 'us-east-1', vpcId: 'vpc-2' }] };
  const spec = { consumers: [{ ...runners, dns }] };
  const vpcs = (more: object) => ({ spec, zones: [{ ...zone, vpcIds: ['vpc-1'], ...more }] });
  const place = { name: 'runners', account: 'team-a', region: 'eu-west-1' };
  const told = { ...place, ready: true, reason: 'Ready', zoneId: 'Z1', associations: dns.sharedWith };
  const status = { consumers: [told] };
  it.each<Row>([
    [
      'are authorized, associated and no longer authorized',
      vpcs({}),
      [
        '+ CreateVPCAssociationAuthorization authorization of vpc-2 with zone Z1',
        '+ AssociateVPCWithHostedZone association of vpc-2 with zone Z1',
        '- DeleteVPCAssociationAuthorization authorization of vpc-2 with zone Z1',
      ],
      ['(NotAssociated)'],
    ],
    [
      'that were authorized are associated',
      vpcs({ authorizedVpcIds: ['vpc-2'] }),
      [
        '+ AssociateVPCWithHostedZone association of vpc-2 with zone Z1',
        '- DeleteVPCAssociationAuthorization authorization of vpc-2 with zone Z1',
      ],
      ['(NotAssociated)'],
    ],
    [
      'that are associated are no longer authorized',
      vpcs({ vpcIds: ['vpc-1', 'vpc-2'], authorizedVpcIds: ['vpc-2'] }),
      ['- DeleteVPCAssociationAuthorization authorization of vpc-2 with zone Z1'],
    ],
    ['stay', vpcs({ vpcIds: ['vpc-1', 'vpc-2', 'vpc-3'] }), []],
    [
      'that we brought in and that are no longer declared are taken out',
      { zones: [{ ...zone, vpcIds: ['vpc-1', 'vpc-2', 'vpc-3'] }], status },
      ['- DisassociateVPCFromHostedZone association of vpc-2 with zone Z1'],
    ],
    [
      'that a killed process authorized and that are no longer declared are no longer authorized',
      { zones: [{ ...zone, vpcIds: ['vpc-1'], authorizedVpcIds: ['vpc-2', 'vpc-3'] }], status },
      ['- DeleteVPCAssociationAuthorization authorization of vpc-2 with zone Z1'],
    ],
  ])('%s', check);
});

describe('a deleted resource', () => {
  const gone = { endpoints: [], groups: [] };
  const record = `- ChangeResourceRecordSets record ${name} in Z1, of runners`;
  it.each<Row>([
    ['lets go of its records first', { deleted: true }, [record], ['(Deleting)', '(Deleting)', '(Deleting)']],
    [
      'then of zone and nothing else',
      { deleted: true, zones: [{ ...zone, records: empty }] },
      ['- DeleteHostedZone private zone privatelink.example.com (Z1), of runners'],
      ['(Deleting)', '(Deleting)', '(Deleting)'],
    ],
    [
      'then of the endpoint',
      { deleted: true, zones: [] },
      ['- DeleteVpcEndpoints endpoint vpce-1 of runners'],
      ['(Deleting)', '(Deleting)'],
    ],
    [
      'then of the group',
      { deleted: true, zones: [], vpc: { endpoints: [] } },
      ['- DeleteSecurityGroup security group sg-1 of runners'],
      ['(Deleting)', '(Deleting)'],
    ],
    [
      'then of the service',
      { deleted: true, zones: [], vpc: gone, provider: { connections: [] } },
      ['- DeleteVpcEndpointServiceConfigurations endpoint service vpce-svc-1 for ci/gitlab'],
      ['(Deleting)'],
    ],
    [
      'keeps the service while others are connected',
      { deleted: true, zones: [], vpc: gone, provider: { connections: [stranger] } },
      [],
      ['OthersConnected'],
    ],
    [
      'rejects them when forced',
      { deleted: true, spec: { force: true }, zones: [], vpc: gone, provider: { connections: [stranger] } },
      [
        '- RejectVpcEndpointConnections connections vpce-9 for ci/gitlab',
        '- DeleteVpcEndpointServiceConfigurations endpoint service vpce-svc-1 for ci/gitlab',
      ],
      ['(Deleting)'],
    ],
    [
      'keeps a zone that has records of others',
      { deleted: true, zones: [{ ...zone, records: [...empty, { name: 'x', type: 'A', values: ['10.0.0.1'] }] }] },
      ['- DeleteVpcEndpoints endpoint vpce-1 of runners'],
      ['(Deleting)', '(Deleting)'],
    ],
    [
      'keeps an adopted zone',
      { deleted: true, zones: [{ ...zone, reference: 'theirs', records: empty }] },
      ['- DeleteVpcEndpoints endpoint vpce-1 of runners'],
      ['(Deleting)', '(Deleting)'],
    ],
    [
      'only takes its marks off when it retains',
      { deleted: true, spec: { deletionPolicy: 'Retain' } },
      [
        '- DeleteTags mark of vpce-1, sg-1 of runners',
        `- ChangeResourceRecordSets mark of ${name} in Z1, of runners`,
        '- DeleteTags mark of vpce-svc-1 for ci/gitlab',
      ],
      ['(Deleting)', '(Deleting)'],
    ],
    ['leaves what has no mark of its own', { deleted: true, zones: [], vpc: gone, provider: { services: [] } }, []],
  ])('%s', check);

  it('is done when nothing is left, and names what stays', () => {
    const others = [{ name: 'x.example.com', type: 'A', values: ['10.0.0.1'] }];
    const none = { deleted: true, vpc: gone, provider: { services: [] } };
    expect(planOf({ ...none, zones: [] })).toMatchObject({ gone: true, left: [] });
    expect(planOf({ ...none, zones: [{ ...zone, records: [...empty, ...others] }] })).toMatchObject({
      gone: true,
      left: ['zone Z1 (privatelink.example.com) of team-a stays: it has 1 name of others, x.example.com'],
    });
  });

  it('waits for an account that is out of reach, and gives it up in the end', () => {
    const shut = { ok: false as const, problem: { reason: 'AccountDenied', message: 'denied' } };
    const known = { name: 'runners', account: 'team-a', region: 'eu-west-1', ready: true, reason: 'Ready' };
    const status = { consumers: [{ ...known, endpointId: 'vpce-1', groupId: 'sg-1' }] };
    const change = { deleted: true, status, vpc: shut, zones: [] };
    expect(planOf(change).gone).toBe(false);
    expect(lines(planOf(change).operations)).toEqual([]);
    const given = planOf({ ...change, givenUp: true });
    expect(lines(given.operations)).toEqual([
      '- RejectVpcEndpointConnections connections vpce-1 for ci/gitlab',
      '- DeleteVpcEndpointServiceConfigurations endpoint service vpce-svc-1 for ci/gitlab',
    ]);
    expect(given.left).toEqual(['vpce-1, sg-1 in team-a/eu-west-1: denied']);
  });
});

describe('a consumer that is no longer declared', () => {
  const known = { name: 'former', account: 'team-a', region: 'eu-west-1', ready: true, reason: 'Ready' };
  const tags = { ...endpoint.tags, 'sallyport.dev/consumer': 'former' };
  const former = { ...endpoint, id: 'vpce-2', tags };
  const status = { consumers: [{ ...known, zoneId: 'Z2' }] };

  it('is let go of, and nothing else', () => {
    const plan = planOf({ status, vpc: { endpoints: [endpoint, former] }, zonesBy: { former: [] } });
    expect(lines(plan.operations)).toEqual(['- DeleteVpcEndpoints endpoint vpce-2 of former']);
  });

  it('has its zone taken over before its endpoint goes', () => {
    const adopted = { ...zone, id: 'Z2', reference: 'theirs', vpcIds: ['vpc-1'] };
    const spec = { consumers: [{ ...runners, dns: { zoneId: 'Z2' } }] };
    const own = { ...endpoint, dns: [{ name: 'vpce-new.svc', zoneId: 'ZVPCE' }] };
    const plan = planOf({
      spec,
      status,
      zones: [adopted],
      vpc: { endpoints: [own, { ...former, dns: endpoint.dns }] },
    });
    expect(lines(plan.operations)).toEqual([`~ ChangeResourceRecordSets record ${name} in Z2, of runners`]);
  });
});

describe('what is declared elsewhere now', () => {
  const known = { name: 'runners', account: 'team-a', region: 'eu-west-1', ready: true, reason: 'Ready' };
  const adopted = { ...zone, id: 'Z2', reference: 'theirs', vpcIds: ['vpc-1'] };
  const spec = { consumers: [{ ...runners, dns: { zoneId: 'Z2' } }] };
  const old = { ...adopted, id: 'Z3', name: 'old.example.com' };
  const gone = `- ChangeResourceRecordSets record ${name} in Z3, of runners`;

  it('is remembered of a zone until our records are gone from it', () => {
    const former = (plan: ReturnType<typeof planOf>) => plan.consumers[0]?.records.former;
    const now = { consumers: [{ ...known, zoneId: 'Z3' }] };
    const later = { consumers: [{ ...known, zoneId: 'Z2', formerZones: [{ account: 'team-a', zoneId: 'Z3' }] }] };
    for (const status of [now, later]) {
      const plan = planOf({ spec, status, zones: [adopted, old] });
      expect(lines(plan.operations)).toEqual([gone]);
      expect(former(plan)).toEqual([{ account: 'team-a', zoneId: 'Z3' }]);
    }
    const done = planOf({ spec, status: later, zones: [adopted, { ...old, records: empty }] });
    expect([lines(done.operations), former(done)]).toEqual([[], []]);
  });

  it('is remembered of a service until it is gone', () => {
    const moved = { service: { provider: { account: 'shared', region: 'us-east-1', loadBalancer: { arn: lbArn } } } };
    const place = { account: 'shared', region: 'eu-west-1' };
    const now = { service: { id: 'vpce-svc-1', name: serviceName, ...place } };
    const later = { service: { ...now.service, region: 'us-east-1' }, formerProviders: [place] };
    const between = { ...now, formerProviders: [place] };
    for (const status of [now, between, later])
      expect(planOf({ spec: moved, status }).formerProviders).toEqual([place]);
    expect(planOf({ spec: moved, status: later, provider: { services: [] } }).formerProviders).toEqual([]);
  });
});

it("goes on with the consumers while the provider can't be read", () => {
  const problem = { reason: 'AccountDenied', message: 'denied' };
  const plan = planOf({
    provider: { ok: false, problem },
    status: { service: { id: 'vpce-svc-1', name: serviceName, account: 'shared', region: 'eu-west-1' } },
    vpc: { endpoints: [] },
  });
  expect(lines(plan.operations)).toEqual(['+ CreateVpcEndpoint endpoint in vpc-1 of runners']);
  expect(plan.service.problems).toEqual([problem]);
});

it('writes the mark that external-dns writes', () => {
  expect(ownershipValue(identity)).toBe(
    '"heritage=external-dns,external-dns/owner=sallyport-owner,external-dns/resource=privatelinkendpoint/ci/gitlab"',
  );
});
