/**
 * A world of six addresses, small enough that edits often meet: what people care about is whether an address gets in at
 * a port, and not by which rule.
 */
const ADDRESSES: Record<string, string[]> = {
  '10.0.0.0/32': ['0'],
  '10.0.0.1/32': ['1'],
  '10.0.0.2/32': ['2'],
  '10.0.0.3/32': ['3'],
  '10.0.0.0/31': ['0', '1'],
  '10.0.0.2/31': ['2', '3'],
  '10.0.0.0/30': ['0', '1', '2', '3'],
  '2001:db8::/128': ['::0'],
  '2001:db8::1/128': ['::1'],
  '2001:db8::/127': ['::0', '::1'],
};

export const CIDRS = Object.keys(ADDRESSES);
export const PORTS = ['tcp/443', 'tcp/22'];
export const DIRECTIONS = ['Ingress', 'Egress'] as const;

/** An address that is let through at a port: `Ingress tcp/443 ::1`. */
export type Point = string;

export function pointsOf(direction: string, ports: readonly string[], cidrs: readonly string[]): Point[] {
  const addresses = cidrs.flatMap((cidr) => ADDRESSES[cidr] ?? []);
  return ports.flatMap((port) => addresses.map((address) => `${direction} ${port} ${address}`));
}
