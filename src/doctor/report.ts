import { checks, type Finding, type Level, levels } from './finding.js';

/** What `sallyport doctor --output json` prints. */
export interface DoctorReport {
  /** Of this shape: fields may be added to it, none is taken away or gets another meaning. */
  version: 1;
  /** How many findings of each level. */
  summary: Record<Level, number>;
  /** In the order of the checks; within one as they came. */
  findings: readonly Finding[];
}

export function doctorReport(findings: readonly Finding[]): DoctorReport {
  const counted = levels.map((level) => [level, findings.filter((each) => each.level === level).length]);
  return {
    version: 1,
    summary: Object.fromEntries(counted) as Record<Level, number>,
    findings: checks.flatMap((check) => findings.filter((each) => each.check === check)),
  };
}
