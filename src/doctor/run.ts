import manifest from '../../package.json' with { type: 'json' };
import { Sessions } from '../aws/session.js';
import { Estate } from '../cidr-set/estate.js';
import { observe as observeDns } from '../interception/observe.js';
import { KubeClient } from '../kube/client.js';
import { clusterId } from '../kube/cluster-id.js';
import { KubeError } from '../kube/error.js';
import type { ControllerName } from '../operator/controller-names.js';
import { checkAskedAccounts } from '../plan/asked-accounts.js';
import { knownCluster, NoClusterError } from '../plan/cluster.js';
import { ManifestError, readManifests } from '../plan/manifests.js';
import type { Declared } from '../plan/merge.js';
import { storeOf } from '../plan/store.js';
import { json, type Printed, terminalColors } from '../printed.js';
import { observeAccount } from './accounts/account.js';
import { accountFindings, regionsRead } from './accounts/findings.js';
import { addOnFindings, observeAddOns } from './add-ons.js';
import { type Check, runCheck, uncheckedFinding } from './check.js';
import { clockFindings, type Hour } from './clock.js';
import { accessFindings, observeAccess } from './cluster/access.js';
import { type ApiServerFacts, observeApiServer, versionFindings } from './cluster/api-server.js';
import { crdFindings, observeCrds } from './cluster/crds.js';
import { type InstallFacts, installFindings, observeInstalls, runningVersions, settings } from './cluster/operator.js';
import { observeRights, rightsFindings } from './cluster/rights.js';
import { declaredFor, enabledControllers } from './controllers.js';
import { readDeclared } from './declared.js';
import { dnsFindings } from './dns.js';
import type { Finding } from './finding.js';
import { quotaFindings } from './quotas.js';
import { type DoctorReport, doctorReport } from './report.js';
import { doctorText } from './text.js';
import { versionsFindings } from './versions.js';

export interface DoctorOptions {
  context?: string;
  /** Files, folders and `-`. */
  filename: readonly string[];
  /** AwsAccounts; empty: all. */
  account: readonly string[];
  /** The operator's; absent: all are looked through. */
  namespace?: string;
  ownerId?: string;
  /** Seconds. */
  timeout: number;
  output: 'text' | 'json';
}

export const EXIT_CODES = { well: 0, failures: 1, unusable: 2 };

/** `sallyport doctor`. Changes nothing anywhere. */
export async function runDoctor(options: DoctorOptions): Promise<Printed> {
  try {
    const report = await examine(options);
    const exitCode = report.summary.failure > 0 ? EXIT_CODES.failures : EXIT_CODES.well;
    const stdout = options.output === 'json' ? json(report) : doctorText(report, terminalColors());
    return { stdout, stderr: '', exitCode };
  } catch (error) {
    if (!(error instanceof NoClusterError || error instanceof ManifestError || error instanceof KubeError)) throw error;
    return { stdout: '', stderr: `sallyport doctor: ${error.message}\n`, exitCode: EXIT_CODES.unusable };
  }
}

async function examine(options: DoctorOptions): Promise<DoctorReport> {
  const config = knownCluster(options.context);
  if (!config) throw new NoClusterError('there is no kubeconfig; say which cluster with KUBECONFIG, or --context');
  const manifests = await readManifests(options.filename, config.getContextObject(config.currentContext)?.namespace);
  const deadlineMs = options.timeout * 1000;
  const client = new KubeClient(config, { deadlineMs });
  const server = await observeApiServer(config, AbortSignal.timeout(deadlineMs));
  const { declared, unread } = await readDeclared(client, manifests);
  checkAskedAccounts(options.account, declared);

  const operator = await operatorLook({ options, client, server, declared, deadlineMs });
  const { controllers } = operator;
  const here = { ...operator, declared: declaredFor(controllers, declared) };
  const [inCluster, inAccounts] = await Promise.all([clusterLooks(here), accountLooks(here)]);
  const unreadFindings = unread.map((error) => uncheckedFinding('access', 'resources', error));
  return doctorReport([
    ...versionFindings(server),
    ...operator.findings,
    ...unreadFindings,
    ...inCluster,
    ...inAccounts,
  ]);
}

interface Looks {
  options: DoctorOptions;
  client: KubeClient;
  server: ApiServerFacts;
  declared: Declared;
  deadlineMs: number;
}

interface OperatorLook extends Looks {
  controllers: readonly ControllerName[];
  /** That the operators were told. */
  ownerIds: readonly string[];
  findings: Finding[];
}

/** Before the others: what runs here says what is asked of this cluster. */
async function operatorLook(looks: Looks): Promise<OperatorLook> {
  const { options, client, server, declared, deadlineMs } = looks;
  const versions = { cli: manifest.version, node: process.version };
  let installs: InstallFacts[] = [];
  const findings = await runCheck(
    {
      check: 'operator',
      subject: 'operator',
      async run(signal) {
        installs = await observeInstalls(client, options.namespace, signal);
        const rights = await Promise.all(installs.map((install) => observeRights(client, install, declared, signal)));
        const now = Date.parse(server.hour.date) + Date.now() - server.hour.at;
        return [...installFindings(installs, now), ...rights.flatMap((facts) => (facts ? rightsFindings(facts) : []))];
      },
    },
    deadlineMs,
  );
  const operators = runningVersions(installs);
  return {
    ...looks,
    controllers: enabledControllers(installs),
    ownerIds: settings(installs, 'SALLYPORT_OWNER_ID'),
    findings: [...findings, ...versionsFindings({ ...versions, operators })],
  };
}

async function clusterLooks({ client, declared, deadlineMs }: Looks): Promise<Finding[]> {
  const looks: Check[] = [
    { check: 'crds', subject: 'CRDs', run: async (signal) => crdFindings(await observeCrds(client, signal)) },
    {
      check: 'access',
      subject: 'your own permissions',
      run: async (signal) => accessFindings(await observeAccess(client, signal)),
    },
    {
      check: 'dns',
      subject: 'cluster DNS',
      run: async (signal) => dnsFindings(await observeDns(client, signal), declared.endpoints),
    },
    {
      check: 'add-ons',
      subject: 'add-ons',
      run: async (signal) => addOnFindings(await observeAddOns(client, declared, signal)),
    },
  ];
  return (await Promise.all(looks.map((look) => runCheck(look, deadlineMs)))).flat();
}

async function accountLooks({
  options,
  client,
  server,
  declared,
  controllers,
  ownerIds,
  deadlineMs,
}: Looks & Pick<OperatorLook, 'controllers' | 'ownerIds'>): Promise<Finding[]> {
  const { account: chosen } = options;
  const accounts = declared.accounts.filter(({ metadata }) => chosen.length === 0 || chosen.includes(metadata.name));
  if (accounts.length === 0) {
    const message = 'there is no AwsAccount to look at';
    const next = 'name manifests with -f, or apply them: docs/aws-account.md';
    return [
      { check: 'accounts', subject: 'AwsAccounts', level: 'note', message, next },
      ...clockFindings([server.hour]),
    ];
  }
  const ownerId = options.ownerId ?? ownerIds[0] ?? (await ownIdOf(client));
  const estate = new Estate(storeOf(declared.sets), storeOf(declared.accounts));
  const region = { estate, declared, controllers, sessions: new Sessions(), ownerId };
  const facts = await Promise.all(accounts.map((account) => observeAccount(account, region, deadlineMs)));
  const regions = facts.flatMap(regionsRead);
  const hours: Hour[] = [server.hour, ...regions.flatMap((each) => each.hours)];
  return [
    ...facts.flatMap((each) => accountFindings(each, deadlineMs)),
    ...quotaFindings(regions),
    ...clockFindings(hours),
  ];
}

/** Nobody's where it may not be read: then nothing counts as made by this install. */
async function ownIdOf(client: KubeClient): Promise<string> {
  try {
    return await clusterId(client);
  } catch (error) {
    if (error instanceof KubeError) return '';
    throw error;
  }
}
