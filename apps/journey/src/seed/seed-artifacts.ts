import { MEDIA_TYPES } from '@strata/oci';
import type { Random } from './random.js';
import type { SeedContext } from './seed-context.js';
import { addressOf, type Address } from './seed-layers.js';
import { writeManifest, type SeedImage, type SeedManifest } from './seed-manifests.js';
import type { PlatformChoice } from './seed-platforms.js';
import { PREDICATE_KINDS, type Predicate } from './seed-style.js';

/** What BuildKit states about one image of an index. */
export interface SeedAttestation extends SeedManifest {
  readonly about: Address;
}

/** An artifact that is found by its tag, which names what it is about. */
export interface Companion {
  readonly tag: string;
  readonly manifest: SeedManifest;
}

const NO_PLATFORMS: PlatformChoice = [];
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const REFERRERS = [
  { kind: 'signature', artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json', sizeBytes: 250 },
  { kind: 'sbom', artifactType: 'application/spdx+json', sizeBytes: 90_000 },
] as const;

/** Writes BuildKit's attestation of an image: an image for `unknown/unknown` whose layers are statements. */
export function writeAttestation(
  context: SeedContext,
  random: Random,
  about: SeedImage,
  { predicates, atMs }: { readonly predicates: readonly Predicate[]; readonly atMs: number },
): SeedAttestation {
  const written = writeArtifact(context, {
    config: { mediaType: MEDIA_TYPES.ociConfig, ...blob(random, 240) },
    layers: predicates.map((predicate) => ({
      mediaType: MEDIA_TYPES.inToto,
      ...blob(random, 20_000),
      annotations: { 'in-toto.io/predicate-type': predicate },
    })),
    statements: predicates.map((predicate) => PREDICATE_KINDS[predicate]),
    ...{ artifactType: null, kind: 'attestation', subject: null, atMs },
  });
  return { ...written, about };
}

/** Writes what refers to a manifest through `subject`: a signature, and an SBOM (OCI image-spec 1.1, manifest.md). */
export function writeReferrers(
  context: SeedContext,
  random: Random,
  subject: SeedManifest,
  atMs: number,
): readonly SeedManifest[] {
  return REFERRERS.map(({ kind, artifactType, sizeBytes }) =>
    writeArtifact(context, {
      config: { mediaType: MEDIA_TYPES.ociEmpty, ...EMPTY_OBJECT },
      layers: [{ mediaType: artifactType, ...blob(random, sizeBytes) }],
      ...{ artifactType, kind, subject, statements: [], atMs },
    }),
  );
}

/** Writes a signature as cosign 1 and 2 do: an image manifest whose layer is what was signed (SIGNATURE_SPEC.md). */
export function writeTaggedSignature(
  context: SeedContext,
  random: Random,
  { digest }: SeedManifest,
  atMs: number,
): Companion {
  const annotations = { 'dev.cosignproject.cosign/signature': Buffer.from(random.hex(144), 'hex').toString('base64') };
  const manifest = writeArtifact(context, {
    config: { mediaType: MEDIA_TYPES.ociConfig, ...blob(random, 240) },
    layers: [{ mediaType: SIMPLE_SIGNING, ...blob(random, 250), annotations }],
    ...{ artifactType: null, kind: 'signature', subject: null, statements: [], atMs },
  });
  return { tag: `${digest.replace(':', '-')}.sig`, manifest };
}

/** `{}` (OCI image-spec 1.1, manifest.md, "Guidance for an Empty Descriptor"). */
const EMPTY_OBJECT = {
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
};

interface BlobWords {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

function blob(random: Random, size: number): { readonly digest: string; readonly size: number } {
  return { digest: addressOf(random.hex(64)).digest, size: random.skewed(size) };
}

function writeArtifact(
  context: SeedContext,
  parts: {
    readonly config: BlobWords;
    readonly layers: readonly BlobWords[];
    readonly artifactType: string | null;
    readonly kind: string;
    readonly statements: readonly string[];
    readonly subject: SeedManifest | null;
    readonly atMs: number;
  },
): SeedManifest {
  const { config, layers, artifactType, kind, statements, subject, atMs } = parts;
  const document = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    ...(artifactType !== null && { artifactType }),
    config,
    layers,
    ...(subject && {
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.documentBytes },
    }),
  };
  return writeManifest(context, {
    ...{ kind: 'artifact', family: 'oci', mediaType: MEDIA_TYPES.ociManifest, document, atMs, annotations: null },
    artifact: { type: artifactType ?? config.mediaType, kind, statements, subject },
    platformSetId: context.dictionaries.platformSet(NO_PLATFORMS),
    totalBytes: layers.reduce((sum, { size }) => sum + size, 0),
    layerCount: layers.length,
  });
}
