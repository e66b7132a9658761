import { describe, expect, it } from '@jest/globals';
import { parseManifest } from '../manifest/parse-manifest.js';
import type { Manifest } from '../manifest/manifest.js';
import { aSchema1Image, anArtifact, anAttestation, anImage, anIndex, manifestsOf } from '../testing.js';
import { LAYER, OCI, WITHDRAWN, parse } from '../testing/documents.js';
import type { ManifestFixture } from '../testing/fixture.js';
import { featuresOf } from './features-of.js';
import { REGISTRY_FEATURES } from './registry-feature.js';
import { COMPATIBILITY_AS_OF, REGISTRY_TABLE } from './registry-table.js';
import { registryVerdicts } from './registry-verdicts.js';

const parsed = ({ bytes, mediaType }: { readonly bytes: Uint8Array; readonly mediaType: string }): Manifest =>
  parseManifest(bytes, { contentType: mediaType });
const withLayer = (mediaType: string, size = 1): Manifest => parse({ ...OCI, layers: [{ ...LAYER, mediaType, size }] });
const ZSTD = 'application/vnd.oci.image.layer.v1.tar+zstd';
const FOREIGN = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';
const HELM = 'application/vnd.cncf.helm.config.v1+json';

/** What one registry says of a manifest and everything behind it. */
function verdict(registry: string, root: Manifest, behind: readonly Manifest[] = []) {
  const found = registryVerdicts(root, behind).find((each) => each.registry === registry);
  if (found === undefined) throw new Error(`${registry} is not in the table`);
  return found;
}

const tree = (fixture: ManifestFixture): [Manifest, Manifest[]] => [
  parsed(fixture),
  manifestsOf(fixture)
    .filter(({ digest }) => digest !== fixture.digest)
    .map(parsed),
];

describe('the table of registries', () => {
  it('names the registries that people ask for, each once', () => {
    expect(REGISTRY_TABLE.map(({ registry }) => registry)).toEqual([
      'Amazon ECR',
      'Azure Container Registry',
      'Google Artifact Registry',
      'Docker Hub',
      'GitHub Container Registry',
      'GitLab',
      'Quay',
      'Harbor',
      'JFrog Artifactory',
      'Sonatype Nexus',
      'Distribution 2',
      'Distribution 3',
      'zot',
    ]);
  });

  it('says for every feature of every registry where it was read, or that it is unknown', () => {
    for (const { registry, supports, maxLayer, maxManifest } of REGISTRY_TABLE) {
      expect([registry, Object.keys(supports).sort()]).toEqual([registry, Object.keys(REGISTRY_FEATURES).sort()]);
      for (const { accepted, source, note } of Object.values(supports)) {
        if (accepted !== 'unknown') expect(source).toMatch(/^https:\/\//);
        if (accepted === 'no' || accepted === 'converted') expect(note).toMatch(/\S/);
      }
      for (const limit of [maxLayer, maxManifest]) if (limit !== null) expect(limit.source).toMatch(/^https:\/\//);
    }
  });

  it('is dated', () => {
    expect(new Date(COMPATIBILITY_AS_OF).toISOString()).toBe(`${COMPATIBILITY_AS_OF}T00:00:00.000Z`);
  });
});

describe('featuresOf', () => {
  it.each<[string, Manifest, string[]]>([
    ['an OCI image', parsed(anImage()), ['oci-image']],
    ['a Docker image', parsed(anImage({ format: 'docker' })), ['docker-image']],
    ['an OCI index', parsed(anIndex({ entries: [anImage()] })), ['oci-index']],
    ['a Docker list', parsed(anIndex({ entries: [anImage({ format: 'docker' })], format: 'docker' })), ['docker-list']],
    ['an index in an index', parsed(anIndex({ entries: [anIndex({ entries: [] })] })), ['oci-index', 'nested-index']],
    ['schema 1', parsed(aSchema1Image()), ['docker-schema1']],
    ['a signature about an image', parsed(anArtifact({ subject: anImage() })), ['artifact', 'subject']],
    ['a Helm chart', parsed(anArtifact({ artifactType: null, config: { mediaType: HELM } })), ['helm-chart']],
    ['an attestation in disguise', parsed(anAttestation(anImage())), ['oci-image', 'unknown-layer']],
    ['an attestation as an artifact', parsed(anAttestation(anImage(), 'artifact')), ['artifact', 'subject']],
    ['the withdrawn artifact', parse(WITHDRAWN), ['withdrawn-artifact']],
    ['zstd', withLayer(ZSTD), ['oci-image', 'zstd-layer']],
    ["Docker's zstd", withLayer('application/vnd.docker.image.rootfs.diff.tar.zstd'), ['oci-image', 'zstd-layer']],
    ['a foreign layer', withLayer(FOREIGN), ['oci-image', 'foreign-layer']],
    ['a layer of another type', withLayer('application/x'), ['oci-image', 'unknown-layer']],
  ])('%s', (_, manifest, expected) => {
    expect([...featuresOf(manifest)]).toEqual(expected);
  });
});

describe('registryVerdicts', () => {
  it.each<[string, string, string, Manifest]>([
    ['Distribution 3', 'an OCI image', 'yes', parsed(anImage())],
    ['Distribution 3', 'schema 1', 'no', parsed(aSchema1Image())],
    ['Distribution 2', 'schema 1', 'yes', parsed(aSchema1Image())],
    ['Distribution 2', 'a Docker image', 'converted', parsed(anImage({ format: 'docker' }))],
    ['Distribution 2', 'the withdrawn artifact', 'no', parse(WITHDRAWN)],
    ['Distribution 2', 'a foreign layer', 'no', withLayer(FOREIGN)],
    ['Amazon ECR', 'an OCI image', 'converted', parsed(anImage())],
    ['Amazon ECR', 'a foreign layer', 'unknown', withLayer(FOREIGN)],
    ['Amazon ECR', 'a layer of 52,000 MiB', 'converted', withLayer(LAYER.mediaType, 52_000 * 1024 * 1024)],
    ['Amazon ECR', 'a layer of one byte more', 'no', withLayer(LAYER.mediaType, 52_000 * 1024 * 1024 + 1)],
    ['Azure Container Registry', 'schema 1', 'unknown', parsed(aSchema1Image())],
    ['Azure Container Registry', 'zstd', 'unknown', withLayer(ZSTD)],
    ['Google Artifact Registry', 'an artifact', 'yes', parsed(anArtifact())],
    ['Docker Hub', 'a Docker image', 'yes', parsed(anImage({ format: 'docker' }))],
    ['GitHub Container Registry', 'a signature', 'yes', parsed(anArtifact({ subject: anImage() }))],
    ['GitLab', 'an artifact', 'no', parsed(anArtifact())],
    ['GitLab', 'a Helm chart', 'yes', parsed(anArtifact({ artifactType: null, config: { mediaType: HELM } }))],
    ['Quay', 'an artifact', 'unknown', parsed(anArtifact())],
    ['Harbor', 'zstd', 'yes', withLayer(ZSTD)],
    ['JFrog Artifactory', 'a signature', 'yes', parsed(anArtifact({ subject: anImage() }))],
    ['Sonatype Nexus', 'an OCI index', 'yes', parsed(anIndex({ entries: [] }))],
    ['Sonatype Nexus', 'a signature', 'unknown', parsed(anArtifact({ subject: anImage() }))],
    ['zot', 'an OCI image', 'yes', parsed(anImage())],
    ['zot', 'a Docker image', 'no', parsed(anImage({ format: 'docker' }))],
  ])('%s and %s: %s', (registry, _, expected, manifest) => {
    expect(verdict(registry, manifest).accepted).toBe(expected);
  });

  it('says why, with source and date', () => {
    const docker = verdict('zot', parsed(anImage({ format: 'docker' })));
    expect(docker.asOf).toBe('2026-11-01');
    expect(docker.reasons).toEqual([
      {
        accepted: 'no',
        text: 'Docker images (schema 2): refused (it is refused unless the operator switches compatibility on, since 2.1.2)',
        source: 'https://zotregistry.dev/v2.1.2/general/whats-new/',
      },
    ]);
  });

  it('asks what stands behind an index too, and lets the worst of it decide', () => {
    const [index, behind] = tree(
      anIndex({ entries: [anImage(), anImage({ format: 'docker', platform: 'linux/arm64' })] }),
    );
    expect(verdict('zot', index).accepted).toBe('yes');
    expect(verdict('zot', index, behind)).toMatchObject({ accepted: 'no' });
    expect(verdict('zot', index, behind).reasons.map(({ accepted }) => accepted)).toEqual(['yes', 'yes', 'no']);
  });

  it('refuses a manifest above the limit of a registry', () => {
    const large = parseManifest(Buffer.from(JSON.stringify({ ...OCI, annotations: {} }).padEnd(4 * 1024 * 1024 + 1)), {
      contentType: null,
      maxBytes: 5 * 1024 * 1024,
    });
    expect(verdict('Harbor', large)).toMatchObject({
      accepted: 'no',
      reasons: [
        { accepted: 'yes' },
        { accepted: 'no', text: 'a manifest of 4194305 bytes: refused (at most 4194304)' },
      ],
    });
  });
});
