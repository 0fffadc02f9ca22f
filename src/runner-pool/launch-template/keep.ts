import { CreateLaunchTemplateVersionCommand, type CreateLaunchTemplateVersionRequest } from '@aws-sdk/client-ec2';
import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import { type Places, placeText } from '../../aws/places.js';
import { claimedProblem, newVersion } from './plan.js';
import { type LaunchTemplate, readVersions, type Versions } from './versions.js';

export interface KeepInput {
  pool: RunnerPool;
  /** All of them. */
  pools: readonly RunnerPool[];
  template: LaunchTemplate;
  userData: string;
  /** Why nothing is written, for people. */
  why?: string | undefined;
}

/** What a launch template has, and what was done about it. */
export interface TemplateLook {
  versions?: Versions;
  /** The version that was made. */
  made?: number;
  problem?: Problem;
}

/** Has the latest version of a launch template start nodes with the user data: observe, plan, apply. */
export async function keepLaunchTemplate(input: KeepInput, places: Places, signal: AbortSignal): Promise<TemplateLook> {
  const { pool, pools, template, userData, why } = input;
  const claimed = claimedProblem(pool, pools);
  if (claimed) return { problem: claimed };
  const read = await readVersions(template, places, signal);
  if (!read.ok) return { problem: read.problem };
  const versions = read.value;
  const request = newVersion(pool, template, userData, versions);
  if (!request) return { versions };
  const what = `${placeText(template)} launch template ${template.id}`;
  if (why) {
    const message = `a version like ${versions.latest.number} of ${what} with other user data; ${why}`;
    return { versions, problem: { reason: 'Planned', message } };
  }
  return { versions, ...(await make(request, template, places, signal)) };
}

async function make(
  request: CreateLaunchTemplateVersionRequest,
  template: LaunchTemplate,
  places: Places,
  signal: AbortSignal,
): Promise<TemplateLook> {
  const answer = await places.read(template, signal, ({ ec2 }) =>
    ec2.send(new CreateLaunchTemplateVersionCommand(request)),
  );
  if (!answer.ok) return { problem: answer.problem };
  const { VersionNumber = 0 } = answer.value.LaunchTemplateVersion ?? {};
  return { made: VersionNumber };
}
