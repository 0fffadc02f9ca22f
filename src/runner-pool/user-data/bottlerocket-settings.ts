import { keys, type Shape } from '../toml/shape.js';

/** The release whose settings are listed here. A later one may have more. */
export const BOTTLEROCKET_RELEASE = '1.60';

const any = (names: string) => keys('any', names);

/**
 * Settings of the variants for Kubernetes.
 * @see https://bottlerocket.dev/en/os/latest/#/api/settings/
 */
export const BOTTLEROCKET_SETTINGS: Shape = {
  autoscaling: any('should-wait'),
  aws: any('config credentials profile region'),
  boot: any('init-parameters kernel-parameters reboot-to-reconcile'),
  'bootstrap-commands': { '*': any('commands essential mode') },
  'bootstrap-containers': { '*': any('command essential mode source user-data') },
  cloudformation: any('logical-resource-id should-signal stack-name'),
  'container-registry': {
    mirrors: any('registry endpoint capabilities'),
    credentials: any('registry username password auth identitytoken'),
  },
  'container-runtime': any(
    'concurrent-download-chunk-size enable-unprivileged-icmp enable-unprivileged-ports max-concurrent-downloads ' +
      'max-container-log-line-size snapshotter',
  ),
  'container-runtime-plugins': any('soci-snapshotter'),
  dns: any('name-servers search-list'),
  'host-containers': { '*': any('command enabled source superpowered user-data') },
  'image-verifier-plugins': any('*'),
  kernel: { ...any('drivers hugepages lockdown sysctl'), modules: { '*': any('allowed autoload') } },
  'kubelet-device-plugins': any('nvidia'),
  'kubelet-dra-drivers': any('*'),
  kubernetes: any(
    'allowed-unsafe-sysctls api-server authentication-mode bootstrap-token cloud-provider cluster-certificate ' +
      'cluster-dns-ip cluster-domain cluster-name container-log-max-files container-log-max-size ' +
      'container-log-max-workers container-log-monitor-interval cpu-cfs-quota-enforced cpu-manager-policy ' +
      'cpu-manager-policy-options cpu-manager-reconcile-period credential-providers ' +
      'device-ownership-from-security-context event-burst event-qps eviction-hard eviction-max-pod-grace-period ' +
      'eviction-soft eviction-soft-grace-period hostname-override hostname-override-source ids-per-pod ' +
      'image-gc-high-threshold-percent image-gc-low-threshold-percent image-maximum-gc-age image-minimum-gc-age ' +
      'kube-api-burst kube-api-qps kube-reserved log-level max-parallel-image-pulls max-pods memory-manager-policy ' +
      'memory-manager-reserved-memory memory-swap-behavior node-ip node-labels node-taints pod-infra-container-image ' +
      'pod-pids-limit provider-id registry-burst registry-qps reserved-cpus seccomp-default server-certificate ' +
      'server-key server-tls-bootstrap shutdown-grace-period shutdown-grace-period-for-critical-pods ' +
      'single-process-oom-kill standalone-mode static-pods static-pods-enabled system-reserved ' +
      'topology-manager-policy topology-manager-policy-options topology-manager-scope',
  ),
  metrics: any('metrics-url send-metrics service-checks'),
  motd: 'any',
  network: any('hostname hosts https-proxy no-proxy'),
  ntp: any('options time-servers'),
  'nvidia-container-runtime': any('visible-devices-as-volume-mounts visible-devices-envvar-when-unprivileged'),
  'oci-defaults': any('capabilities resource-limits'),
  'oci-hooks': any('log4j-hotpatch-enabled'),
  pki: { '*': any('data trusted') },
  updates: any('ignore-waves metadata-base-url seed targets-base-url version-lock'),
};
