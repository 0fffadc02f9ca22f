import type { Finding } from './finding.js';

export interface Versions {
  /** Of this command. */
  cli: string;
  /** `v20.19.5` */
  node: string;
  /** Of the operators that lead, by the tags of their images. */
  operators: readonly string[];
}

/** package.json, engines. */
const OLDEST_NODE = [20, 19] as const;

export function versionsFindings({ cli, node, operators }: Versions): Finding[] {
  const others = [...new Set(operators)].filter((version) => version !== cli);
  return [
    nodeFinding(cli, node),
    ...others.map(
      (version): Finding => ({
        check: 'versions',
        subject: 'operator',
        level: 'note',
        message: `the operator is ${version} and this is ${cli}: what they know of CRDs and permissions may differ`,
        next: `use the sallyport of release ${version}`,
      }),
    ),
  ];
}

function nodeFinding(cli: string, node: string): Finding {
  const [major = 0, minor = 0] = node.replace(/^v/, '').split('.').map(Number);
  const [oldest, from] = OLDEST_NODE;
  const about = { check: 'versions', subject: 'this command' } as const;
  if (major > oldest || (major === oldest && minor >= from)) {
    return { ...about, level: 'ok', message: `sallyport ${cli} on Node ${node.replace(/^v/, '')}` };
  }
  const message = `sallyport ${cli} is made for Node ${oldest}.${from} or later, and this is ${node}`;
  return { ...about, level: 'warning', message, next: 'install Node 24: https://nodejs.org' };
}
