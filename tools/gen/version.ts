/** Where the release's version stands besides package.json. */
export const versioned = [
  'Dockerfile',
  'charts/sallyport/Chart.yaml',
  'docs/doctor.md',
  'docs/gitops.md',
  'examples/argocd/applications.yaml',
  'examples/argocd/workload-clusters.yaml',
  'examples/flux/sallyport.yaml',
];

const PLACES = /((?:version|appVersion|targetRevision|tag): |sallyport[-: ])\d+\.\d+\.\d+(?:-[\w.]+?)?(?=\.tgz|\s|$)/gm;

export function withVersion(text: string, version: string): string {
  return text.replace(PLACES, `$1${version}`);
}
