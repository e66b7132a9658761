import { digestOf } from '../digest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { textFrom } from './a-layer.js';
import type { ArtifactFixture, BlobFixture, ImageFixture, ManifestFixture } from './fixture.js';
import { describe, writeDocument } from './write-document.js';

/** What an artifact should be like; everything has a default. */
export interface ArtifactOptions {
  readonly seed?: string;
  /** Null leaves it out; an SBOM in SPDX unless said. */
  readonly artifactType?: string | null;
  /** What it is about. */
  readonly subject?: ManifestFixture;
  /** `{}` of the empty type unless said; otherwise this type, and `{}` or these bytes. */
  readonly config?: { readonly mediaType: string; readonly bytes?: Uint8Array };
  /** One of the artifact's own type unless said. */
  readonly layers?: readonly { readonly mediaType: string; readonly annotations?: Readonly<Record<string, string>> }[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly listedAs?: ArtifactFixture['listedAs'];
}

const SPDX = 'application/spdx+json';
const NOT_LISTED_SPECIALLY = { platform: null, annotations: {} };

/** Makes an artifact as OCI 1.1 writes one: an image manifest with a type, usually an empty config, and a subject. */
export function anArtifact(options: ArtifactOptions = {}): ArtifactFixture {
  const { seed = 'artifact', artifactType = SPDX, subject, annotations, listedAs = NOT_LISTED_SPECIALLY } = options;
  const config = aConfig(options.config);
  const wanted = options.layers ?? [{ mediaType: artifactType ?? 'application/octet-stream' }];
  const layers = wanted.map(({ mediaType }, position) => aBlob(mediaType, `${seed} ${position}`));
  const document = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    ...(artifactType !== null && { artifactType }),
    config: describe(config, config.mediaType === MEDIA_TYPES.ociEmpty ? { data: 'e30=' } : {}),
    layers: layers.map((layer, position) =>
      describe(layer, wanted[position]?.annotations && { annotations: wanted[position].annotations }),
    ),
    ...(subject && { subject: describe(subject) }),
    ...(annotations && { annotations }),
  };
  return {
    kind: 'artifact',
    artifactType,
    config,
    layers,
    listedAs,
    ...writeDocument(MEDIA_TYPES.ociManifest, document),
  };
}

/**
 * Makes the attestation that BuildKit adds to an index beside an image: an SBOM and a provenance statement. `classic`
 * disguises it as an image for `unknown/unknown`; `artifact` is the form with a subject.
 */
export function anAttestation(image: ImageFixture, form: 'classic' | 'artifact' = 'classic'): ArtifactFixture {
  const unknownImage = {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [image.digest, image.config.digest] },
  };
  return anArtifact({
    seed: `attestation of ${image.digest}`,
    ...(form === 'artifact'
      ? { artifactType: 'application/vnd.docker.attestation.manifest.v1+json', subject: image }
      : {
          artifactType: null,
          config: { mediaType: MEDIA_TYPES.ociConfig, bytes: Buffer.from(JSON.stringify(unknownImage)) },
        }),
    layers: ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v1'].map((predicate) => ({
      mediaType: MEDIA_TYPES.inToto,
      annotations: { 'in-toto.io/predicate-type': predicate },
    })),
    listedAs: {
      platform: 'unknown/unknown',
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': image.digest },
    },
  });
}

function aConfig(
  { mediaType, bytes }: NonNullable<ArtifactOptions['config']> = { mediaType: MEDIA_TYPES.ociEmpty },
): BlobFixture {
  const content = bytes ?? Buffer.from('{}');
  return { mediaType, digest: digestOf(content), bytes: content };
}

function aBlob(mediaType: string, seed: string): BlobFixture {
  const bytes = Buffer.from(JSON.stringify({ content: textFrom(seed) }));
  return { mediaType, digest: digestOf(bytes), bytes };
}
