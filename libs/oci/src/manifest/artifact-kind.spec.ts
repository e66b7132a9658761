import { describe, expect, it } from '@jest/globals';
import { MEDIA_TYPES } from '../media-types.js';
import { anArtifact, anAttestation, anImage, anIndex, type ArtifactOptions } from '../testing.js';
import { parseManifest } from './parse-manifest.js';

const image = anImage();
const imageConfig = { mediaType: MEDIA_TYPES.ociConfig };
const layer = (mediaType: string, annotations: Record<string, string> = {}) => ({ mediaType, annotations });
const DSSE = 'application/vnd.dsse.envelope.v1+json';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

function kindOf(options: ArtifactOptions): string {
  const manifest = parseManifest(anArtifact(options).bytes, { contentType: null });
  return manifest.kind === 'artifact' ? manifest.artifactKind : manifest.kind;
}

describe('an artifact', () => {
  it.each<[string, ArtifactOptions, string]>([
    [
      'cosign signature under an image config',
      { artifactType: null, config: imageConfig, layers: [layer('application/vnd.dev.cosign.simplesigning.v1+json')] },
      'signature',
    ],
    ['cosign 3 signature', { artifactType: BUNDLE, subject: image }, 'signature'],
    [
      'cosign 3 signature that names its predicate',
      {
        artifactType: BUNDLE,
        annotations: { 'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1' },
      },
      'signature',
    ],
    [
      'provenance bundle, as GitHub pushes it',
      { artifactType: BUNDLE, annotations: { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' } },
      'provenance',
    ],
    [
      'notation signature, typed by its config',
      {
        artifactType: null,
        config: { mediaType: 'application/vnd.cncf.notary.signature' },
        layers: [layer('application/jose+json')],
      },
      'signature',
    ],
    ['cosign attestation', { artifactType: null, config: imageConfig, layers: [layer(DSSE)] }, 'attestation'],
    [
      'cosign provenance',
      {
        artifactType: null,
        config: imageConfig,
        layers: [layer(DSSE, { predicateType: 'https://slsa.dev/provenance/v0.2' })],
      },
      'provenance',
    ],
    [
      'cosign SBOM attestation',
      {
        artifactType: null,
        config: imageConfig,
        layers: [layer(DSSE, { predicateType: 'https://spdx.dev/Document' })],
      },
      'sbom',
    ],
    [
      'cosign attestations of several kinds',
      {
        artifactType: null,
        config: imageConfig,
        layers: [layer(DSSE, { predicateType: 'https://spdx.dev/Document' }), layer(DSSE)],
      },
      'attestation',
    ],
    ['cosign SBOM', { artifactType: null, config: imageConfig, layers: [layer('text/spdx+json')] }, 'sbom'],
    ['SBOM of OCI 1.1', { artifactType: 'application/vnd.cyclonedx+json', subject: image }, 'sbom'],
    [
      'SBOM of ORAS, typed by its layer',
      {
        artifactType: null,
        config: { mediaType: 'application/vnd.unknown.config.v1+json' },
        layers: [layer('application/spdx+json')],
      },
      'sbom',
    ],
    [
      'Helm chart',
      {
        artifactType: null,
        config: { mediaType: 'application/vnd.cncf.helm.config.v1+json' },
        layers: [layer('application/vnd.cncf.helm.chart.content.v1.tar+gzip')],
      },
      'helm-chart',
    ],
    [
      'wasm module',
      {
        artifactType: null,
        config: { mediaType: 'application/vnd.wasm.config.v0+json' },
        layers: [layer('application/wasm')],
      },
      'wasm',
    ],
    [
      'Docker plugin',
      {
        artifactType: null,
        config: { mediaType: 'application/vnd.docker.plugin.v1+json' },
        layers: [layer(MEDIA_TYPES.dockerLayerGzip)],
      },
      'other',
    ],
    [
      'thing of a declared type over an image config',
      { artifactType: 'application/vnd.example', config: imageConfig, layers: [layer(MEDIA_TYPES.ociLayerGzip)] },
      'other',
    ],
    ['thing without layers', { artifactType: 'application/vnd.example', layers: [] }, 'other'],
    [
      'statement that is not known beside one that is',
      { artifactType: null, config: imageConfig, layers: [layer(DSSE), layer('application/x')] },
      'image',
    ],
  ])('that is a %s is told as one', (_, options, expected) => {
    expect(kindOf(options)).toBe(expected);
  });

  it.each(['classic', 'artifact'] as const)('that is a BuildKit attestation in its %s form is one', (form) => {
    expect(parseManifest(anAttestation(image, form).bytes, { contentType: null })).toMatchObject({
      artifactKind: 'attestation',
    });
  });

  it("without an artifactType is of its config's type", () => {
    const chart = anArtifact({ artifactType: null, config: { mediaType: 'application/vnd.cncf.helm.config.v1+json' } });
    expect(parseManifest(chart.bytes, { contentType: null }).artifactType).toBe(
      'application/vnd.cncf.helm.config.v1+json',
    );
  });
});

describe('an index entry', () => {
  const entryKind = (fields: Record<string, unknown>): unknown => {
    const bytes = anIndex({ entries: [{ manifest: image, fields }] }).bytes;
    const manifest = parseManifest(bytes, { contentType: null });
    return manifest.kind === 'index' ? manifest.entries[0]?.kind : null;
  };
  const unknown = { os: 'unknown', architecture: 'unknown' };
  const referenceType = (value: string) => ({ 'vnd.docker.reference.type': value });

  it.each<[string, Record<string, unknown>, string]>([
    ['an image for a platform', {}, 'platform'],
    ['an image whose platform is in its config', { platform: undefined }, 'platform'],
    ['a schema 1 child', { mediaType: MEDIA_TYPES.dockerSchema1Signed }, 'platform'],
    ["an image listed under its config's type", { artifactType: MEDIA_TYPES.ociConfig }, 'platform'],
    [
      "BuildKit's attestation",
      { platform: unknown, annotations: referenceType('attestation-manifest') },
      'attestation',
    ],
    [
      "BuildKit's attestation that pretends to run",
      { annotations: referenceType('attestation-manifest') },
      'attestation',
    ],
    [
      "BuildKit's attestation in its artifact form",
      { platform: unknown, artifactType: 'application/vnd.docker.attestation.manifest.v1+json' },
      'attestation',
    ],
    ["another reference of BuildKit's", { annotations: referenceType('something-new') }, 'unknown'],
    ['unknown/unknown without a reason', { platform: unknown }, 'unknown'],
    ['an index inside', { mediaType: MEDIA_TYPES.ociIndex, platform: undefined }, 'index'],
    ['a list inside', { mediaType: MEDIA_TYPES.dockerList }, 'index'],
    ['a signature of a referrers list', { artifactType: BUNDLE, platform: undefined }, 'signature'],
    [
      'provenance of a referrers list',
      { artifactType: BUNDLE, annotations: { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' } },
      'attestation',
    ],
    ['an SBOM of a referrers list', { artifactType: 'application/spdx+json' }, 'sbom'],
    ['a chart', { artifactType: 'application/vnd.cncf.helm.config.v1+json' }, 'artifact'],
    ['an artifact of an unknown type', { artifactType: 'application/vnd.example' }, 'artifact'],
    ['the withdrawn artifact manifest', { mediaType: MEDIA_TYPES.ociArtifact }, 'artifact'],
    ['a layer, as build caches list them', { mediaType: MEDIA_TYPES.ociLayerGzip, platform: undefined }, 'unknown'],
    ['an unknown type', { mediaType: 'application/vnd.example' }, 'unknown'],
  ])('for %s is told as such', (_, fields, expected) => {
    expect(entryKind(fields)).toBe(expected);
  });
});
