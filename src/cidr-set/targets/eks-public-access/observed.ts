export interface ObservedCluster {
  name: string;
  arn: string;
  /** EKS's: `ACTIVE`, `UPDATING` ... */
  status: string;
  publicAccess: boolean;
  privateAccess: boolean;
  publicAccessCidrs: string[];
  tags: Record<string, string>;
}
