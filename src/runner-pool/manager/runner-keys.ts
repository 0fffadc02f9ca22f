import { keys, type Shape } from '../toml/shape.js';

/** The release whose keys are listed here. A later one may have more. */
export const RUNNER_RELEASE = '19.4';

const strings = (names: string) => keys('string', names);
const booleans = (names: string) => keys('boolean', names);
const numbers = (names: string) => keys('whole number', names);
const lists = (names: string) => keys('list of strings', names);
/** What is written in several ways, as a length of time is. */
const any = (names: string) => keys('any', names);
const labels = strings('*');

const profiles = {
  seccomp_profile: strings('localhost_profile type'),
  app_armor_profile: strings('localhost_profile type'),
};
const containerSecurityContext: Shape = {
  ...booleans('allow_privilege_escalation privileged read_only_root_filesystem run_as_non_root'),
  ...numbers('run_as_group run_as_user'),
  ...strings('proc_mount selinux_type'),
  ...profiles,
  capabilities: lists('add drop'),
};

const expression = { ...strings('key operator'), ...lists('values') };
const nodeTerm = { match_expressions: expression, match_fields: expression };
const selector = { match_expressions: expression, match_labels: labels };
const podTerm: Shape = {
  ...lists('match_label_keys mismatch_label_keys namespaces'),
  ...strings('topology_key'),
  label_selector: selector,
  namespace_selector: selector,
};
const podAffinity: Shape = {
  preferred_during_scheduling_ignored_during_execution: { ...numbers('weight'), pod_affinity_term: podTerm },
  required_during_scheduling_ignored_during_execution: podTerm,
};

const handler: Shape = {
  exec: lists('command'),
  http_get: { ...strings('host path scheme'), ...numbers('port'), http_headers: strings('name value') },
  tcp_socket: { ...strings('host'), ...numbers('port') },
};

/** `service_cpu_limit`, `service_cpu_limit_overwrite_max_allowed` and so on. */
const resources = ['', 'service_', 'helper_', 'pod_'].flatMap((whose) => {
  const names = whose === 'pod_' ? ['cpu', 'memory'] : ['cpu', 'memory', 'ephemeral_storage'];
  return names.flatMap((name) =>
    ['limit', 'request'].flatMap((bound) => [
      `${whose}${name}_${bound}`,
      `${whose}${name}_${bound}_overwrite_max_allowed`,
    ]),
  );
});

const mount = strings('mount_path name sub_path');
const volumes: Shape = {
  config_map: { ...mount, ...booleans('read_only'), items: labels },
  csi: { ...mount, ...strings('driver fs_type'), ...booleans('read_only'), volume_attributes: labels },
  empty_dir: { ...mount, ...strings('medium mount_propagation size_limit') },
  host_path: { ...mount, ...strings('host_path mount_propagation'), ...booleans('read_only') },
  nfs: { ...mount, ...strings('path server'), ...booleans('read_only') },
  pvc: { ...mount, ...strings('mount_propagation'), ...booleans('read_only') },
  secret: { ...mount, ...booleans('read_only'), items: labels },
};

const kubernetes: Shape = {
  ...booleans(
    'allow_privilege_escalation automount_service_account_token bearer_token_overwrite_allowed ' +
      'helper_image_autoset_arch_and_os namespace_per_job pod_disruption_budget print_pod_warning_events privileged ' +
      'use_service_account_image_pull_secrets',
  ),
  ...lists(
    'allowed_groups allowed_images allowed_pull_policies allowed_services allowed_users cap_add cap_drop ' +
      'image_pull_secrets',
  ),
  ...strings(
    'bearer_token ca_file cert_file context dns_policy helper_image helper_image_flavor host image key_file ' +
      'logs_base_dir namespace namespace_overwrite_allowed node_selector_overwrite_allowed ' +
      'node_tolerations_overwrite_allowed pod_annotations_overwrite_allowed pod_labels_overwrite_allowed ' +
      'priority_class_name runtime_class_name scheduler_name scripts_base_dir service_account ' +
      'service_account_overwrite_allowed suspend_pvc_size suspend_pvc_storage_class',
  ),
  ...strings(resources.join(' ')),
  ...numbers(
    'cleanup_grace_period_seconds pod_termination_grace_period_seconds poll_interval poll_timeout ' +
      'resource_availability_check_max_attempts retry_backoff_max retry_limit',
  ),
  ...any('cleanup_resources_timeout pull_policy'),
  affinity: {
    node_affinity: {
      preferred_during_scheduling_ignored_during_execution: { ...numbers('weight'), preference: nodeTerm },
      required_during_scheduling_ignored_during_execution: { node_selector_terms: nodeTerm },
    },
    pod_affinity: podAffinity,
    pod_anti_affinity: podAffinity,
  },
  autoscaler: {
    ...numbers('max_pause_pods'),
    ...strings('pause_pod_image pause_pod_priority_class_name'),
    ...lists('pause_pod_image_pull_secrets'),
    policy: {
      ...numbers('idle_count scale_factor_limit'),
      ...any('idle_time scale_factor'),
      ...lists('periods'),
      ...booleans('preemptive_mode'),
      ...strings('timezone'),
    },
  },
  build_container_security_context: containerSecurityContext,
  container_lifecycle: { post_start: handler, pre_stop: handler },
  dns_config: { ...lists('nameservers searches'), options: strings('name value') },
  helper_container_security_context: containerSecurityContext,
  host_aliases: { ...lists('hostnames'), ...strings('ip') },
  init_permissions_container_security_context: containerSecurityContext,
  node_selector: labels,
  node_tolerations: labels,
  pod_annotations: labels,
  pod_labels: labels,
  pod_security_context: {
    ...numbers('fs_group run_as_group run_as_user'),
    ...booleans('run_as_non_root'),
    ...strings('selinux_type'),
    ...any('supplemental_groups'),
    ...profiles,
  },
  pod_spec: strings('name patch patch_path patch_type'),
  retry_limits: numbers('*'),
  service_container_security_context: containerSecurityContext,
  services: { ...strings('alias name suspend_data_path'), ...lists('command entrypoint environment') },
  volumes,
};

const cache: Shape = {
  ...numbers('MaxUploadedArchiveSize'),
  ...strings('Path Type'),
  ...booleans('RedactURL Shared'),
  azure: strings('AccountKey AccountName ContainerName StorageDomain'),
  gcs: strings('AccessID BucketName CredentialsFile PrivateKey UniverseDomain'),
  s3: {
    ...booleans('Accelerate DisableAssumeRoleCredentialsCaching DualStack Insecure PathStyle'),
    ...strings(
      'AccessKey AuthenticationType BucketLocation BucketName RoleARN SecretKey ServerAddress ServerSideEncryption ' +
        'ServerSideEncryptionKeyID SessionToken UploadRoleARN',
    ),
    ...numbers('AssumeRoleMaxConcurrency'),
  },
};

const usageLog: Shape = { ...strings('log_dir'), ...numbers('max_backup_files'), ...any('max_rotation_age'), labels };

/**
 * What config.toml may have with the Kubernetes executor.
 * @see https://docs.gitlab.com/runner/configuration/advanced-configuration/
 */
export const RUNNER_KEYS: Shape = {
  ...numbers('check_interval concurrent log_field_dual_emit_target log_field_schema_version shutdown_timeout'),
  ...any('connection_max_age'),
  ...strings('listen_address log_format log_level sentry_dsn user'),
  experimental: {
    usage_logger: {
      ...usageLog,
      ...booleans('enabled'),
      ...lists('writers'),
      logrotate: usageLog,
      snowplow_billing: {
        ...strings('app_id category collector_uri deployment_type realm'),
        ...any('batch_delivery_duration_buckets'),
        ...booleans('enable_oidc skip_oidc_if_unsupported_cloud skip_runner_system_failure'),
        metadata: labels,
      },
    },
  },
  labels,
  session_server: { ...strings('advertise_address listen_address'), ...numbers('session_timeout') },
  runners: {
    ...strings(
      'builds_dir cache_dir clone_url executor name post_build_script post_get_sources_script pre_build_script ' +
        'pre_get_sources_script shell slot_cgroup_template step_runner_image tls-ca-file tls-cert-file tls-key-file ' +
        'token url',
    ),
    ...booleans(
      'clean_git_config debug_trace_disabled proxy_exec safe_directory_checkout strict_check_interval use_slot_cgroups',
    ),
    ...lists('environment'),
    ...any('get_sources_timeout prepare_timeout token_expires_at token_obtained_at unhealthy_interval'),
    ...numbers(
      'id job_status_final_update_retry_limit limit output_limit request_concurrency unhealthy_requests_limit',
    ),
    artifact: any('response_header_timeout upload_timeout'),
    cache,
    custom_build_dir: booleans('enabled'),
    experimental: {
      boot_verify: {
        ...any('acquire_max_backoff acquire_min_backoff timeout'),
        ...booleans(
          'enabled verify_auth verify_cache verify_helper_version verify_server_url verify_server_url_insecure',
        ),
        ...lists('verify_commands'),
      },
    },
    feature_flags: booleans('*'),
    kubernetes,
    labels,
    monitoring: {
      job_queuing_durations: {
        ...strings('jobs_running_for_project timezone'),
        ...lists('periods'),
        ...any('threshold'),
      },
    },
    referees: {
      metrics: { ...strings('prometheus_address'), ...lists('queries'), ...numbers('query_interval') },
    },
  },
};
