import { isImageConfigType } from '../media-types.js';
import type { Descriptor } from './descriptor.js';
import type { ArtifactKind } from './manifest.js';

/** Artifact, config and layer types whose meaning is published, beside the patterns below. */
const KINDS: ReadonlyMap<string, ArtifactKind> = new Map<string, ArtifactKind>([
  ['application/vnd.dev.cosign.simplesigning.v1+json', 'signature'],
  ['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
  ['application/vnd.cncf.notary.signature', 'signature'],
  ['application/vnd.docker.attestation.manifest.v1+json', 'attestation'],
  ['application/vnd.in-toto+json', 'attestation'],
  ['application/vnd.dsse.envelope.v1+json', 'attestation'],
  ['application/vnd.dev.cosign.artifact.att.v1+json', 'attestation'],
  ['application/vnd.dev.cosign.artifact.sbom.v1+json', 'sbom'],
  ['application/vnd.goharbor.harbor.sbom.v1', 'sbom'],
  ['application/vnd.cyclonedx', 'sbom'],
  ['application/vnd.cyclonedx+json', 'sbom'],
  ['application/vnd.cyclonedx+xml', 'sbom'],
  ['application/vnd.syft+json', 'sbom'],
  ['application/spdx+json', 'sbom'],
  ['text/spdx', 'sbom'],
  ['text/spdx+json', 'sbom'],
  ['text/spdx+xml', 'sbom'],
  ['application/vnd.cncf.helm.config.v1+json', 'helm-chart'],
  ['application/vnd.wasm.config.v0+json', 'wasm'],
  ['application/vnd.wasm.config.v1+json', 'wasm'],
  ['application/vnd.wasm.content.layer.v1+wasm', 'wasm'],
  ['application/vnd.module.wasm.config.v1+json', 'wasm'],
  ['application/vnd.module.wasm.content.layer.v1+wasm', 'wasm'],
  ['application/wasm', 'wasm'],
]);

/** Sigstore's bundles, of any version so far; what one holds stands in its annotations. */
const SIGSTORE_BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v[0-9.]+\+json|\+json;version=[0-9.]+)$/;

const PREDICATES: readonly (readonly [prefix: string, kind: ArtifactKind])[] = [
  ['https://sigstore.dev/cosign/sign/', 'signature'],
  ['https://slsa.dev/provenance/', 'provenance'],
  ['https://spdx.dev/Document', 'sbom'],
  ['https://cyclonedx.org/bom', 'sbom'],
];

/** What a media type says an artifact is; null for types without a published meaning. */
export function artifactKindOfType(mediaType: string, annotations: ReadonlyMap<string, string>): ArtifactKind | null {
  if (SIGSTORE_BUNDLE.test(mediaType))
    return kindOfPredicate(annotations.get('dev.sigstore.bundle.predicateType')) ?? 'signature';
  return KINDS.get(mediaType) ?? null;
}

/** What a statement is about; null where nothing says it. */
function kindOfPredicate(predicate: string | undefined): ArtifactKind | null {
  if (predicate === undefined) return null;
  return PREDICATES.find(([prefix]) => predicate.startsWith(prefix))?.[1] ?? 'attestation';
}

/** What tells an image from everything else that is written as an image manifest. */
export interface Classified {
  readonly artifactType: string | null;
  readonly configType: string;
  readonly layers: readonly Descriptor[];
  readonly annotations: ReadonlyMap<string, string>;
}

/**
 * Decides what an image manifest holds: its `artifactType` first, then its config, then its layers. A manifest with an
 * image config is an image, unless its layers all are statements about one, as cosign and BuildKit write them; unknown
 * layer types do not change that (OCI image-spec 1.1, manifest.md, "Guidelines for Artifact Usage").
 */
export function classifyManifest({
  artifactType,
  configType,
  layers,
  annotations,
}: Classified): 'image' | ArtifactKind {
  const declared = artifactType !== null && !isImageConfigType(artifactType) ? artifactType : null;
  if (declared === null && isImageConfigType(configType)) return statementKind(layers) ?? 'image';
  return artifactKindOfType(declared ?? configType, annotations) ?? sharedKind(layers) ?? 'other';
}

/** A wasm layer under an image config is run like any image, so it does not count here. */
function statementKind(layers: readonly Descriptor[]): ArtifactKind | null {
  const kind = sharedKind(layers);
  return kind === 'wasm' ? null : kind;
}

/** What all layers are, where they agree; statements of several kinds together are attestations. */
function sharedKind(layers: readonly Descriptor[]): ArtifactKind | null {
  const kinds = new Set(layers.map(kindOfLayer));
  const [kind = null] = kinds;
  if (kinds.size <= 1) return kind;
  const areStatements = [...kinds].every((each) => each === 'attestation' || each === 'provenance' || each === 'sbom');
  return areStatements ? 'attestation' : null;
}

/**
 * What the statements inside an artifact are about, each kind once: BuildKit keeps an SBOM and provenance side by side and
 * says so at each layer (buildkit, docs/attestations/attestation-storage.md), as cosign does of its envelopes.
 */
export function statementKinds(blobs: readonly Descriptor[]): readonly ArtifactKind[] {
  const kinds = blobs.map(({ annotations }) =>
    kindOfPredicate(annotations.get('in-toto.io/predicate-type') ?? annotations.get('predicateType')),
  );
  return [...new Set(kinds.filter((kind) => kind !== null))];
}

/** A signed envelope says in an annotation what it states; BuildKit's statements come in bags and stay attestations. */
function kindOfLayer({ mediaType, annotations }: Descriptor): ArtifactKind | null {
  const kind = artifactKindOfType(mediaType, annotations);
  const isEnvelope = mediaType === 'application/vnd.dsse.envelope.v1+json';
  return isEnvelope ? (kindOfPredicate(annotations.get('predicateType')) ?? kind) : kind;
}
