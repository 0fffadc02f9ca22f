import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How parts are got, as data: its steps and the content of its lock files are the cache key. */
export interface Recipe {
  /** What is got and its version, for people. */
  readonly title: string;
  /** How long it takes on a small machine, for people. */
  readonly takes: string;
  /** Where the steps run, beneath tools/. */
  readonly folder: string;
  /** The files there that say what is got: they pin and checksum it, or are compiled. */
  readonly locks: readonly string[];
  /** A tool that must be there, in this version or a later one. */
  readonly needs: Tool;
  readonly env: Readonly<Record<string, string>>;
  /** `{out}` stands for the folder to fill. */
  readonly steps: readonly (readonly [command: string, ...args: string[]])[];
}

export interface Tool {
  readonly command: string;
  /** Arguments that make it print its version. */
  readonly version: readonly string[];
  /** `major.minor`. */
  readonly least: string;
  /** What to do where it is missing or too old. */
  readonly remedy: string;
}

/** A program that Sallyport is tried on. */
interface Part {
  readonly recipe: Recipe;
  /** Path of its executable in the folder that the recipe fills. */
  readonly executable: string;
}

/** Finds a version in the one place that pins it. */
function pinned(file: string, pattern: RegExp): string {
  const match = pattern.exec(readFileSync(join(import.meta.dirname, '..', file), 'utf8'));
  if (!match?.[1]) throw new Error(`tools/${file} has no ${pattern}`);
  return match[1];
}

function goRecipe(folder: string, title: string, takes: string, ...build: readonly string[]): Recipe {
  return {
    title,
    takes,
    folder,
    locks: ['go.mod', 'go.sum'],
    needs: {
      command: 'go',
      version: ['version'],
      least: pinned(`${folder}/go.mod`, /^go (\d+\.\d+)/m),
      remedy: 'Install Go, or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl.',
    },
    // The user's own GOFLAGS or go.work would change or break the build.
    env: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' },
    // Names each package it compiles; leaves out debug information, which would take a sixth of the time.
    steps: [['go', 'build', '-v', '-trimpath', '-gcflags=all=-dwarf=false', ...build]],
  };
}

function kubernetes(): Recipe {
  const version = pinned('go/kubernetes/go.mod', /k8s\.io\/kubernetes (v\S+)/);
  const [major, minor] = version.slice(1).split('.');
  const stamps = Object.entries({ gitVersion: version, gitMajor: major, gitMinor: minor });
  return goRecipe(
    'go/kubernetes',
    `kube-apiserver and kubectl ${version}`,
    '4 to 5 minutes',
    `-ldflags=-s -w ${stamps.map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`).join(' ')}`,
    '-o={out}/',
    'k8s.io/kubernetes/cmd/kube-apiserver',
    'k8s.io/kubernetes/cmd/kubectl',
  );
}

function etcd(): Recipe {
  const version = pinned('go/etcd/go.mod', /go\.etcd\.io\/etcd\/server\/v3 (v\S+)/);
  const target = ['-ldflags=-s -w', '-o={out}/etcd', 'go.etcd.io/etcd/server/v3'];
  return goRecipe('go/etcd', `etcd ${version}`, 'about a minute', ...target);
}

function caddy(): Recipe {
  const version = pinned('go/caddy/go.mod', /github\.com\/caddyserver\/caddy\/v2 (v\S+)/);
  const target = ['-ldflags=-s -w', '-o={out}/caddy', 'github.com/caddyserver/caddy/v2/cmd/caddy'];
  return goRecipe('go/caddy', `Caddy ${version}`, 'about 3 minutes', ...target);
}

function coredns(): Recipe {
  const version = pinned('go/coredns/go.mod', /github\.com\/coredns\/coredns (v\S+)/);
  const recipe = goRecipe(
    'go/coredns',
    `CoreDNS ${version}`,
    'about two minutes',
    '-ldflags=-s -w',
    '-o={out}/',
    '.',
    './corefile',
  );
  return { ...recipe, locks: [...recipe.locks, 'main.go', 'corefile/main.go'] };
}

function karpenter(): Recipe {
  const version = pinned('go/karpenter/go.mod', /github\.com\/aws\/karpenter-provider-aws (v\S+)/);
  const recipe = goRecipe(
    'go/karpenter',
    `Karpenter's CRDs and user data ${version}`,
    'about two minutes',
    '-ldflags=-s -w',
    '-o={out}/karpenter',
    '.',
  );
  return { ...recipe, locks: [...recipe.locks, 'main.go'] };
}

function publishedCorefiles(): Recipe {
  const recipe = goRecipe('go/coredns', 'Corefiles of others', 'a few seconds', '-o={out}/corpus', './corpus');
  return {
    ...recipe,
    locks: [...recipe.locks, 'corpus/main.go'],
    steps: [...recipe.steps, ['{out}/corpus', '{out}/corefiles.json']],
  };
}

function gitlabRunner(): Recipe {
  const recipe = goRecipe('go/gitlab-runner', "gitlab-runner's keys", 'a few seconds', '-o={out}/says', '.');
  return {
    ...recipe,
    locks: [...recipe.locks, 'main.go'],
    steps: [...recipe.steps, ['{out}/says', '{out}/gitlab-runner.json']],
  };
}

function images(): Recipe {
  const version = (module: string) => pinned('go/images/go.mod', new RegExp(`${module} (v\\S+)`));
  const recipe = goRecipe(
    'go/images',
    `distribution ${version('distribution/v3')}, containerd ${version('containerd/v2')}, crane ${version('go-containerregistry')}`,
    'about two minutes',
    '-ldflags=-s -w',
    '-o={out}/',
    './registry',
    './containerd-pull',
    'github.com/google/go-containerregistry/cmd/crane',
  );
  return { ...recipe, locks: [...recipe.locks, 'registry/main.go', 'containerd-pull/main.go'] };
}

function helm(): Recipe {
  const version = (module: string) => pinned('go/helm/go.mod', new RegExp(`${module} (v\\S+)`));
  return goRecipe(
    'go/helm',
    `Helm ${version('helm.sh/helm/v4')}, kubeconform ${version('github.com/yannh/kubeconform')}`,
    'about two minutes',
    '-ldflags=-s -w',
    '-o={out}/',
    'helm.sh/helm/v4/cmd/helm',
    'github.com/yannh/kubeconform/cmd/kubeconform',
  );
}

function kubeScore(): Recipe {
  const version = pinned('go/kube-score/go.mod', /zegl\/kube-score (v\S+)/);
  const target = ['-ldflags=-s -w', '-o={out}/', 'github.com/zegl/kube-score/cmd/kube-score'];
  return goRecipe('go/kube-score', `kube-score ${version}`, 'half a minute', ...target);
}

function promrules(): Recipe {
  const version = pinned('go/promrules/go.mod', /github\.com\/prometheus\/prometheus (v\S+)/);
  const target = ['-ldflags=-s -w', '-o={out}/promrules', '.'];
  const recipe = goRecipe('go/promrules', `Prometheus' rules and queries ${version}`, 'about a minute', ...target);
  return { ...recipe, locks: [...recipe.locks, 'main.go'] };
}

function monitoring(): Recipe {
  const version = pinned('go/monitoring/go.mod', /prometheus-operator (v\S+)/);
  const recipe = goRecipe('go/monitoring', `the Prometheus operator's CRDs ${version}`, 'a few seconds');
  return { ...recipe, locks: [...recipe.locks, 'take.sh'], steps: [['sh', 'take.sh', '{out}/crds.yaml']] };
}

function pythonRecipe(folder: string, title: string, takes: string): Recipe {
  return {
    title: `${title} ${pinned(`${folder}/requirements.in`, /==(\S+)/)}`,
    takes,
    folder,
    locks: ['requirements.txt'],
    needs: { command: 'python3', version: ['--version'], least: '3.10', remedy: 'Install Python.' },
    env: {},
    steps: [
      ['python3', '-m', 'venv', '{out}'],
      ['{out}/bin/python', '-m', 'pip', 'install', '--progress-bar=off', '--require-hashes', '-r', 'requirements.txt'],
    ],
  };
}

function gitops(): Recipe {
  const version = (module: string) => pinned('go/gitops/go.mod', new RegExp(`${module} (v\\S+)`));
  const recipe = goRecipe(
    'go/gitops',
    `Argo CD ${version('argo-cd/v3')}, Flux' ssa ${version('fluxcd/pkg/ssa')}`,
    'about 3 minutes',
    '-ldflags=-s -w',
    // Argo CD's gRPC gateway is not made for this version of Kubernetes' API yet.
    '-tags=kubernetes_protomessage_one_more_release',
    '-o={out}/gitops',
    '.',
  );
  return { ...recipe, locks: [...recipe.locks, 'main.go', 'argo.go', 'flux.go'] };
}

function gitopsCrds(): Recipe {
  const recipe = goRecipe('go/gitops/crds', 'CRDs of Argo CD and Flux', 'a few seconds', '-o={out}/write', '.');
  return {
    ...recipe,
    locks: [...recipe.locks, 'main.go'],
    steps: [...recipe.steps, ['{out}/write', '{out}/gitops-crds.yaml']],
  };
}

function node24(): Recipe {
  return {
    title: `Node ${pinned('node24/package.json', /"node-\S+": "(\S+)"/)}`,
    takes: 'about 10 seconds',
    folder: 'node24',
    locks: ['package.json', 'package-lock.json'],
    needs: { command: 'npm', version: ['--version'], least: '10.0', remedy: 'Install npm.' },
    env: {},
    steps: [
      ['cp', 'package.json', 'package-lock.json', '{out}'],
      ['npm', 'ci', '--prefix={out}', '--ignore-scripts', '--no-audit', '--no-fund'],
    ],
  };
}

function chromium(): Recipe {
  return {
    title: `Chromium ${pinned('chromium/package.json', /"@sparticuz\/chromium": "(\S+)"/)}`,
    takes: 'about 10 seconds',
    folder: 'chromium',
    locks: ['package.json', 'package-lock.json', 'unpack.mjs'],
    needs: { command: 'npm', version: ['--version'], least: '10.0', remedy: 'Install npm.' },
    env: {},
    steps: [
      ['cp', 'package.json', 'package-lock.json', 'unpack.mjs', '{out}'],
      ['npm', 'ci', '--prefix={out}', '--ignore-scripts', '--no-audit', '--no-fund'],
      ['env', 'TMPDIR={out}', 'node', '{out}/unpack.mjs'],
      ['rm', '-r', '{out}/node_modules'],
    ],
  };
}

const kubernetesRecipe = kubernetes();
const corednsRecipe = coredns();
const imagesRecipe = images();
const helmRecipe = helm();

export const parts = {
  etcd: { recipe: etcd(), executable: 'etcd' },
  'kube-apiserver': { recipe: kubernetesRecipe, executable: 'kube-apiserver' },
  kubectl: { recipe: kubernetesRecipe, executable: 'kubectl' },
  caddy: { recipe: caddy(), executable: 'caddy' },
  coredns: { recipe: corednsRecipe, executable: 'coredns' },
  /** CoreDNS' own lexer and parser: reads a JSON list of Corefiles. */
  corefile: { recipe: corednsRecipe, executable: 'corefile' },
  /** Prints Karpenter's CRDs, and what Karpenter makes of user data. */
  karpenter: { recipe: karpenter(), executable: 'karpenter' },
  /** A JSON list of the Corefiles that CoreDNS, its lexer and corefile-migration are tested with. */
  'published-corefiles': { recipe: publishedCorefiles(), executable: 'corefiles.json' },
  /** What gitlab-runner's source says of its config.toml and of the permissions that it needs, as JSON. */
  'gitlab-runner': { recipe: gitlabRunner(), executable: 'gitlab-runner.json' },
  registry: { recipe: imagesRecipe, executable: 'registry' },
  crane: { recipe: imagesRecipe, executable: 'crane' },
  /** containerd's own client, without its daemon: `containerd-pull HOSTS_DIR CREDENTIALS STORE REF`. */
  'containerd-pull': { recipe: imagesRecipe, executable: 'containerd-pull' },
  helm: { recipe: helmRecipe, executable: 'helm' },
  /** Checks manifests against schemas: those that the API server publishes. */
  kubeconform: { recipe: helmRecipe, executable: 'kubeconform' },
  'kube-score': { recipe: kubeScore(), executable: 'kube-score' },
  /** Says which alerts of a file of rules fire: `promrules RULES <CASES`. */
  promrules: { recipe: promrules(), executable: 'promrules' },
  /** What Argo CD and Flux make of objects, by their own code. */
  gitops: { recipe: gitops(), executable: 'gitops' },
  'gitops-crds': { recipe: gitopsCrds(), executable: 'gitops-crds.yaml' },
  'monitoring-crds': { recipe: monitoring(), executable: 'crds.yaml' },
  /** The Python that has moto: run it with `-m moto.server`. */
  moto: { recipe: pythonRecipe('moto', 'moto', 'about 20 seconds'), executable: 'bin/python' },
  /** The Python that has the AWS CLI: run it with `-m awscli`. */
  aws: { recipe: pythonRecipe('aws-cli', 'AWS CLI', 'about 10 seconds'), executable: 'bin/python' },
  /** Without a sandbox and without root; its libraries are beside it, see test/support/chromium.ts. */
  chromium: { recipe: chromium(), executable: 'chromium' },
  node24: {
    recipe: node24(),
    executable: `node_modules/node-${process.platform}-${process.arch}/bin/node`,
  },
} satisfies Record<string, Part>;

export type PartName = keyof typeof parts;

export function isPartName(name: string): name is PartName {
  return Object.hasOwn(parts, name);
}
