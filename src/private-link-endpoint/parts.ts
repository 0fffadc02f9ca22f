import type { PrivateLinkEndpoint, PrivateLinkEndpointStatus } from '../api/private-link-endpoint.gen.js';
import type { Finding } from '../kube/conditions.js';
import type { Reports } from '../kube/reports.js';
import { objectKey } from '../kube/resource.js';

/** The condition of each part that has a controller of its own. */
export const partConditions = { proxy: 'ProxyReady', interception: 'Intercepted' } as const;

type PartName = keyof typeof partConditions;
type StatusOf<Name extends PartName> = NonNullable<PrivateLinkEndpointStatus[Name]>;

/** Where the controllers of the parts leave what they tell; nothing is told of one that is switched off. */
export type PartReports = { [Name in PartName]?: Reports<StatusOf<Name>> };

interface Part<Status> {
  /** Absent: what was looked at last is not what is declared now. */
  finding?: Finding;
  status: Status;
}

/** What is told of the parts that a resource has. */
export type Parts = { [Name in PartName]?: Part<StatusOf<Name>> };

export function partsOf(object: PrivateLinkEndpoint, reports: PartReports): Parts {
  const proxy = reports.proxy && partOf(object, 'proxy', reports.proxy);
  const interception = reports.interception && partOf(object, 'interception', reports.interception);
  return { ...(proxy && { proxy }), ...(interception && { interception }) };
}

function partOf<Name extends PartName>(
  { metadata, spec, status }: PrivateLinkEndpoint,
  name: Name,
  reports: Reports<StatusOf<Name>>,
): Part<StatusOf<Name>> | undefined {
  const key = objectKey(metadata);
  const report = reports.has(key) ? reports.get(key) : formerReport(status, name);
  if (!report) return spec[name] && { status: {} as StatusOf<Name> };
  return { ...(report.generation === metadata.generation && { finding: report.finding }), status: report.status };
}

/** Until its controller has looked, after a start, a part is told as it was. */
function formerReport<Name extends PartName>(status: PrivateLinkEndpointStatus | undefined, name: Name) {
  const former = status?.conditions?.find(({ type }) => type === partConditions[name]);
  if (!former) return undefined;
  const { observedGeneration: generation, status: is, reason, message } = former;
  const finding: Finding = { status: is, reason, message };
  return { generation, finding, status: (status?.[name] ?? {}) as StatusOf<Name> };
}
