import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Release } from './checks.js';
import type { BundledPackage } from './packages.js';

/** What is used of npm's CycloneDX 1.5. */
interface Sbom {
  serialNumber?: string;
  metadata: { timestamp: string; lifecycles: object[]; component: { type: string; name: string; 'bom-ref': string } };
  components: { 'bom-ref': string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** A bill of materials of the bundle: npm's, of the lock file, but only what the bundle holds code of. CycloneDX, as JSON. */
export async function billOfMaterials(packages: readonly BundledPackage[], { date }: Release): Promise<string> {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const { stdout } = await promisify(execFile)('npm', args, { maxBuffer: 2 ** 26 });
  const { serialNumber, ...sbom } = JSON.parse(stdout) as Sbom;
  const { metadata, components, dependencies } = sbom;
  const bundled = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const own = metadata.component['bom-ref'];
  const missing = [...bundled].filter((ref) => !components.some((component) => component['bom-ref'] === ref));
  if (missing.length > 0) throw new Error(`in the bundle, but not in package-lock.json: ${missing.join(', ')}`);
  return `${JSON.stringify(
    {
      ...sbom,
      metadata: {
        ...metadata,
        timestamp: date.toISOString(),
        lifecycles: [{ phase: 'build' }],
        // npm calls it what its folder is called.
        component: { ...metadata.component, name: 'sallyport' },
      },
      components: components.filter((component) => bundled.has(component['bom-ref'])),
      dependencies: dependencies
        .filter(({ ref }) => ref === own || bundled.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => bundled.has(each)) })),
    } satisfies Sbom,
    null,
    2,
  )}\n`;
}
