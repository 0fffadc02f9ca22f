import type { IncomingMessage } from 'node:http';
import type { EdgeCall } from './call.js';

const SCOPE = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/;

type Route = readonly [method: string, path: RegExp, action: string];

const ASSOCIATION = /^\/clusters\/(?<name>[^/]+)\/pod-identity-associations\/(?<associationId>[^/]+)$/;

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations.html, of each operation its request syntax. */
const EKS: readonly Route[] = [
  ['GET', /^\/clusters$/, 'ListClusters'],
  ['POST', /^\/clusters$/, 'CreateCluster'],
  ['GET', /^\/clusters\/(?<name>[^/]+)$/, 'DescribeCluster'],
  ['POST', /^\/clusters\/(?<name>[^/]+)\/update-config$/, 'UpdateClusterConfig'],
  ['GET', /^\/clusters\/(?<name>[^/]+)\/updates\/(?<updateId>[^/]+)$/, 'DescribeUpdate'],
  ['GET', /^\/clusters\/(?<name>[^/]+)\/pod-identity-associations$/, 'ListPodIdentityAssociations'],
  ['POST', /^\/clusters\/(?<name>[^/]+)\/pod-identity-associations$/, 'CreatePodIdentityAssociation'],
  ['GET', ASSOCIATION, 'DescribePodIdentityAssociation'],
  ['POST', ASSOCIATION, 'UpdatePodIdentityAssociation'],
  ['DELETE', ASSOCIATION, 'DeletePodIdentityAssociation'],
  ['GET', /^\/tags\/(?<resourceArn>.+)$/, 'ListTagsForResource'],
  ['POST', /^\/tags\/(?<resourceArn>.+)$/, 'TagResource'],
  ['DELETE', /^\/tags\/(?<resourceArn>.+)$/, 'UntagResource'],
];

/** https://docs.aws.amazon.com/ram/latest/APIReference/API_Operations.html: all by POST, to delete by DELETE. */
const RAM: readonly Route[] = [
  'CreateResourceShare',
  'DeleteResourceShare',
  'AssociateResourceShare',
  'DisassociateResourceShare',
  'GetResourceShares',
  'GetResourceShareAssociations',
  'ListResources',
  'TagResource',
  'UntagResource',
].map((name) => [/^Delete/.test(name) ? 'DELETE' : 'POST', new RegExp(`^/${name.toLowerCase()}$`), name]);

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations.html, of each operation its request syntax. */
const ROUTE_53: readonly Route[] = [
  ['GET', 'hostedzone', 'ListHostedZones'],
  ['POST', 'hostedzone', 'CreateHostedZone'],
  ['GET', 'hostedzonesbyname', 'ListHostedZonesByName'],
  ['GET', 'hostedzonesbyvpc', 'ListHostedZonesByVPC'],
  ['GET', 'hostedzone/ID', 'GetHostedZone'],
  ['DELETE', 'hostedzone/ID', 'DeleteHostedZone'],
  ['GET', 'hostedzone/ID/rrset', 'ListResourceRecordSets'],
  ['POST', 'hostedzone/ID/rrset', 'ChangeResourceRecordSets'],
  ['POST', 'hostedzone/ID/associatevpc', 'AssociateVPCWithHostedZone'],
  ['POST', 'hostedzone/ID/disassociatevpc', 'DisassociateVPCFromHostedZone'],
  ['GET', 'hostedzone/ID/authorizevpcassociation', 'ListVPCAssociationAuthorizations'],
  ['POST', 'hostedzone/ID/authorizevpcassociation', 'CreateVPCAssociationAuthorization'],
  ['POST', 'hostedzone/ID/deauthorizevpcassociation', 'DeleteVPCAssociationAuthorization'],
  ['GET', 'change/ID', 'GetChange'],
  ['POST', 'tags/hostedzone', 'ListTagsForResources'],
  ['GET', 'tags/hostedzone/ID', 'ListTagsForResource'],
  ['POST', 'tags/hostedzone/ID', 'ChangeTagsForResource'],
].map(([method = '', path = '', action = '']) => [
  method,
  new RegExp(`^/2013-04-01/${path.replace('ID', '(?<id>[^/]+)')}/?$`),
  action,
]);

/** What calls to it are signed for at AWS; at another endpoint, the SDK takes the client's. */
const ROUTE_53_REGION = 'us-east-1';

const ROUTES: Record<string, readonly Route[]> = { eks: EKS, ram: RAM, route53: ROUTE_53 };

/** `accountOf` tells whose an access key is. */
export function parseCall(request: IncomingMessage, body: string, accountOf: (accessKey: string) => string): EdgeCall {
  const { method = 'GET', url: path = '/' } = request;
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const [, accessKey = '', signedRegion = '', service = ''] = SCOPE.exec(headers.authorization ?? '') ?? [];
  const query = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const params = new URLSearchParams(query ? body : '');
  const target = headers['x-amz-target']?.split('.').pop();
  const rest = restCall(service, method, path);
  const action = params.get('Action') ?? target ?? rest?.action ?? `${method} ${path}`;
  const json = (target || rest) && service !== 'route53' && body ? JSON.parse(body) : {};
  const input = { ...json, ...rest?.input };
  const dryRun = service === 'ec2' && params.get('DryRun') === 'true';
  return {
    service,
    action,
    region: service === 'route53' ? ROUTE_53_REGION : signedRegion,
    accountId: accountOf(accessKey),
    mutating: !dryRun && !/^(Describe|Get|List|Search|AssumeRole|GET |HEAD )/.test(action),
    status: 0,
    method,
    path,
    headers,
    body,
    accessKey,
    params,
    input,
    dryRun,
  };
}

/** What a parameter that is given several times is, is a list. */
function restCall(service: string, method: string, url: string) {
  const { pathname, searchParams } = new URL(url, 'http://edge');
  for (const [itsMethod, path, action] of ROUTES[service] ?? []) {
    const labels = itsMethod === method && path.exec(pathname);
    if (!labels) continue;
    const input: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(labels.groups ?? {})) input[name] = decodeURIComponent(value);
    for (const name of searchParams.keys()) {
      const values = searchParams.getAll(name);
      input[name] = values.length > 1 ? values : values[0];
    }
    return { action, input };
  }
}
