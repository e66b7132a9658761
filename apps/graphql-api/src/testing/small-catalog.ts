import { countUses, type Catalog } from '@strata/catalog';
import { anArtifact, anImage, anIndex } from '@strata/oci/testing';
import { observe, push } from './push.js';

const R1 = 'one.example';
const R2 = 'two.example';

/** The n-th minute of a day that every test agrees on. */
export function minute(n: number): Date {
  return new Date(Date.UTC(2026, 10, 21, 9, n));
}

const baseAmd64 = anImage({ seed: 'base', platform: 'linux/amd64', layers: 2 });
const baseArm64 = anImage({ seed: 'base', platform: 'linux/arm64', layers: 2 });
const baseArmV7 = anImage({ seed: 'base', platform: 'linux/arm/v7', layers: 2 });
const base = anIndex({ entries: [baseAmd64, baseArm64, baseArmV7], attestations: 'classic' });

const webAmd64 = anImage({ seed: 'web', platform: 'linux/amd64', base: baseAmd64, layers: 1, labels: { team: 'web' } });
const webArm64 = anImage({ seed: 'web', platform: 'linux/arm64', base: baseArm64, layers: 1 });
const web1 = anIndex({ entries: [webAmd64, webArm64], format: 'oci' });
const webArmV7 = anImage({ seed: 'web', platform: 'linux/arm/v7', base: baseArmV7, layers: 1 });
const web2 = anIndex({ entries: [webAmd64, webArmV7] });

const legacy = anImage({ seed: 'legacy', platform: 'linux/amd64', format: 'docker', layers: 3 });
const s390x = anImage({ seed: 'nested', platform: 'linux/s390x', layers: 1 });
const nested = anIndex({ entries: [anIndex({ entries: [webAmd64] }), s390x] });
const windows = anImage({ seed: 'win', platform: 'windows/amd64:10.0.20348.2227', layers: 1 });
const missing = anImage({ seed: 'missing', platform: 'linux/arm64' });
const broken = anIndex({ entries: [anImage({ seed: 'broken', platform: 'linux/amd64' }), missing] });
const chart = anArtifact({
  seed: 'chart',
  artifactType: null,
  config: { mediaType: 'application/vnd.cncf.helm.config.v1+json' },
  layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip' }],
});
const sbom = anArtifact({ seed: 'sbom', subject: baseAmd64, annotations: { made: 'by hand' } });
const ambiguous = anImage({ seed: 'ambiguous', manifest: { manifests: [] } });

/** What lies in the small catalog, for the answers that tests work out by hand. */
export const fixtures = {
  baseAmd64,
  baseArm64,
  baseArmV7,
  base,
  webAmd64,
  webArm64,
  webArmV7,
  web1,
  web2,
  legacy,
  s390x,
  nested,
  windows,
  missing,
  broken,
  chart,
  sbom,
  ambiguous,
} as const;

/**
 * Two registries with every kind of thing in them:
 *
 *     one.example/charts/app:1.0      a Helm chart
 *     one.example/library/base:3      amd64, arm64, arm/v7 and attestations; and an SBOM of its amd64 image
 *     one.example/library/base:edge   the same index
 *     one.example/library/legacy:1    Docker schema 2, amd64
 *     one.example/team/broken:1       amd64, and arm64 which the registry does not have
 *     one.example/team/nested:1       an index of (an index of amd64) and s390x
 *     one.example/team/odd:1          an ambiguous document
 *     one.example/team/web:stable     amd64 and arm64, then amd64 and arm/v7
 *     one.example/team/web:gone       deleted
 *     one.example/win/app:ltsc        windows/amd64
 *     two.example/library/base:3      the amd64 image of base alone
 */
export async function fillSmallCatalog(catalog: Catalog): Promise<void> {
  const at = (registry: string, repository: string, tag: string | null, n: number) => ({
    registry,
    repository,
    tag,
    at: minute(n),
  });
  await push(catalog, { ...at(R1, 'library/base', '3', 1), manifest: base, actor: 'ann' });
  await push(catalog, { ...at(R1, 'library/base', 'edge', 2), manifest: base });
  await push(catalog, { ...at(R1, 'library/base', null, 3), manifest: sbom });
  await push(catalog, { ...at(R1, 'library/legacy', '1', 4), manifest: legacy });
  await push(catalog, { ...at(R1, 'team/web', 'stable', 5), manifest: web1, actor: 'ann' });
  await push(catalog, { ...at(R1, 'team/web', 'gone', 6), manifest: web1 });
  await push(catalog, { ...at(R1, 'team/web', 'stable', 7), manifest: web2, actor: 'ben' });
  await observe(catalog, { registry: R1, repository: 'team/web', tag: 'gone', at: minute(8) }, null);
  await push(catalog, { ...at(R1, 'team/nested', '1', 9), manifest: nested });
  await push(catalog, { ...at(R1, 'team/broken', '1', 10), manifest: broken, without: [missing.digest] });
  await push(catalog, { ...at(R1, 'team/odd', '1', 11), manifest: ambiguous });
  await push(catalog, { ...at(R1, 'win/app', 'ltsc', 12), manifest: windows });
  await push(catalog, { ...at(R1, 'charts/app', '1.0', 13), manifest: chart });
  await push(catalog, { ...at(R2, 'library/base', '3', 14), manifest: baseAmd64 });
  await countUses(catalog);
}
