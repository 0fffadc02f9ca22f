import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { Rewrite } from '../corefile/marks.js';
import { objectKey } from '../kube/resource.js';

export type Mode = NonNullable<PrivateLinkEndpoint['spec']['interception']>['mode'];
/** What Auto chooses from. */
export type ChosenMode = Exclude<Mode, 'Auto'>;

/** What one resource asks of this cluster's DNS. */
export interface Wish {
  /** Marks what is written for it: `ci/gitlab`. */
  marker: string;
  /** Absent: names are not, or no longer, to be led anywhere. */
  mode?: Mode;
  /** Each public name to its private one. */
  rewrites: readonly Rewrite[];
  publicNames: readonly string[];
}

export function wishOf({ metadata, spec }: PrivateLinkEndpoint): Wish {
  return {
    marker: objectKey(metadata),
    ...(spec.interception && !metadata.deletionTimestamp && { mode: spec.interception.mode }),
    rewrites: spec.hosts.flatMap((host) => (host.private ? [{ from: host.public, to: host.private }] : [])),
    publicNames: spec.hosts.map((host) => host.public),
  };
}
