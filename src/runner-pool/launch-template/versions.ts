import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import type { RunnerPoolSpec } from '../../api/runner-pool.gen.js';
import type { Places, Reading } from '../../aws/places.js';

export type LaunchTemplate = NonNullable<RunnerPoolSpec['nodes']['launchTemplate']>;

/** What instances are started by. */
export interface Versions {
  latest: {
    number: number;
    /** Decoded. */
    userData: string;
    /** Whether only IMDSv2 is served, and to the node alone. */
    guarded: boolean;
  };
  /** The number of the default one. */
  default: number;
}

const LATEST = '$Latest';
const DEFAULT = '$Default';

export async function readVersions(
  template: LaunchTemplate,
  places: Places,
  signal: AbortSignal,
): Promise<Reading<Versions>> {
  const { id, account, region } = template;
  const input = { LaunchTemplateId: id, Versions: [LATEST, DEFAULT] };
  const answer = await places.read({ account, region }, signal, ({ ec2 }) =>
    ec2.all(
      (NextToken) => new DescribeLaunchTemplateVersionsCommand({ ...input, NextToken }),
      (page) => page.LaunchTemplateVersions,
    ),
  );
  if (!answer.ok) return answer;
  const all = answer.value.map(({ VersionNumber = 0, DefaultVersion = false, LaunchTemplateData: data = {} }) => ({
    number: VersionNumber,
    isDefault: DefaultVersion,
    data,
  }));
  const [latest] = all.sort((one, other) => other.number - one.number);
  if (!latest) {
    const message = `${account}/${region}: launch template ${id} has no version`;
    return { ok: false, problem: { reason: 'LaunchTemplateNotFound', message } };
  }
  const { HttpTokens, HttpPutResponseHopLimit, HttpEndpoint } = latest.data.MetadataOptions ?? {};
  return {
    ok: true,
    value: {
      latest: {
        number: latest.number,
        userData: Buffer.from(latest.data.UserData ?? '', 'base64').toString(),
        guarded: HttpTokens === 'required' && HttpPutResponseHopLimit === 1 && HttpEndpoint !== 'disabled',
      },
      default: all.find(({ isDefault }) => isDefault)?.number ?? 0,
    },
  };
}
