import {
  CreateClusterCommand,
  DescribeClusterCommand,
  type EKSClient,
  UpdateClusterConfigCommand,
  type VpcConfigRequest,
} from '@aws-sdk/client-eks';

/** An EKS cluster, and what people do to it by hand. */
export class EksCluster {
  readonly #eks: EKSClient;
  readonly #name: string;

  constructor(eks: EKSClient, name: string) {
    this.#eks = eks;
    this.#name = name;
  }

  /** Open to anyone and without a private endpoint, as EKS makes clusters, unless `resourcesVpcConfig` says otherwise. */
  async make(resourcesVpcConfig: VpcConfigRequest = {}, ipFamily: 'ipv4' | 'ipv6' = 'ipv4'): Promise<this> {
    const kubernetesNetworkConfig = { ipFamily };
    const roleArn = 'arn:aws:iam::111111111111:role/eks';
    const input = { name: this.#name, roleArn, resourcesVpcConfig, kubernetesNetworkConfig };
    await this.#eks.send(new CreateClusterCommand(input));
    return this;
  }

  async change(resourcesVpcConfig: VpcConfigRequest): Promise<void> {
    await this.#eks.send(new UpdateClusterConfigCommand({ name: this.#name, resourcesVpcConfig }));
  }

  async cidrs(): Promise<string[]> {
    return [...((await this.#describe()).resourcesVpcConfig?.publicAccessCidrs ?? [])].sort();
  }

  async tags(): Promise<Record<string, string>> {
    return (await this.#describe()).tags ?? {};
  }

  async #describe() {
    const { cluster } = await this.#eks.send(new DescribeClusterCommand({ name: this.#name }));
    return cluster ?? {};
  }
}
