import type { Family } from '../../../net/cidr.js';

/** Protocol and ports as EC2's IpPermission has them: '-1' is all traffic, and for it and ICMP the ports are -1. */
export interface Ports {
  protocol: string;
  fromPort: number;
  toPort: number;
}

const ALL: Ports = { protocol: '-1', fromPort: -1, toPort: -1 };
const ICMP: Ports = { protocol: 'icmp', fromPort: -1, toPort: -1 };

/** `tcp/443`, `udp/53`, `tcp/8000-8080`, `icmp` or `all`; undefined for anything else. */
export function parsePorts(text: string): Ports | undefined {
  if (text === 'all') return ALL;
  if (text === 'icmp') return ICMP;
  const match = /^(tcp|udp)\/(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!match?.[1]) return undefined;
  const fromPort = Number(match[2]);
  const toPort = Number(match[3] ?? match[2]);
  if (fromPort < 1 || toPort > 65535 || fromPort > toPort) return undefined;
  return { protocol: match[1], fromPort, toPort };
}

export function portsText({ protocol, fromPort, toPort }: Ports): string {
  if (protocol === '-1') return 'all';
  if (fromPort === -1) return protocol;
  return fromPort === toPort ? `${protocol}/${fromPort}` : `${protocol}/${fromPort}-${toPort}`;
}

/** EC2 has a protocol of its own for ICMP over IPv6. */
export function portsFor(family: Family, ports: Ports): Ports {
  return family === 6 && ports.protocol === 'icmp' ? { ...ports, protocol: 'icmpv6' } : ports;
}

export function covers(outer: Ports, inner: Ports): boolean {
  if (outer.protocol === '-1') return true;
  return outer.protocol === inner.protocol && outer.fromPort <= inner.fromPort && inner.toPort <= outer.toPort;
}

const PROTOCOL_NAMES: Record<string, string> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };

/** EC2 answers with a protocol's name or number, and leaves ports out where they mean nothing. */
export function canonicalPorts(protocol: string, fromPort?: number, toPort?: number): Ports {
  if (protocol === '-1') return ALL;
  return { protocol: PROTOCOL_NAMES[protocol] ?? protocol, fromPort: fromPort ?? -1, toPort: toPort ?? -1 };
}
