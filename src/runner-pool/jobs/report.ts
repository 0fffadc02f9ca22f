import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import { type RoomLook, roomProblems } from '../room.js';
import type { RoomReport } from '../status.js';
import type { AssociationsLook } from './association/keep.js';
import { jobsName } from './names.js';
import type { ProbeReport } from './probe/report.js';

export interface JobsLook {
  pool: RunnerPool;
  room: RoomLook;
  /** Of the CidrSets that are allowed. */
  problems: readonly Problem[];
  associations: AssociationsLook;
  /** Whether there may be a policy that refuses it. */
  hostAccess: boolean;
  /** Absent: the operator doesn't know its image, and can start no probe. */
  probe?: ProbeReport;
}

/** What is told of a pool's jobs. What was proved counts only where all is as declared. */
export function jobsReport({ pool, room, problems, associations, hostAccess, probe = UNPROBED }: JobsLook): RoomReport {
  const all = [...roomProblems(room), ...associations.problems, ...problems];
  const [first] = all;
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
  const { clusters } = associations;
  const { proven = pool.status?.jobs?.proven } = probe;
  return {
    type: 'JobsIsolated',
    finding: first ? { status: 'False', reason: first.reason, message: `${first.message}${more}` } : probe.finding,
    status: {
      jobs: {
        serviceAccountName: jobsName(pool),
        ...(clusters.length > 0 && { associations: clusters }),
        ...(hostAccess && { hostAccess: 'Refuse' }),
        ...(proven && { proven }),
      },
    },
  };
}

const UNPROBED: ProbeReport = {
  finding: {
    status: 'Unknown',
    reason: 'NotProbed',
    message: 'the operator can start no probe without the name of its own image; give it by --image',
  },
};
