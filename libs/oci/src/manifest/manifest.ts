import type { Digest } from '../digest.js';
import type { Platform } from '../platform/platform.js';
import type { Schema1Manifest } from '../schema1/schema1-manifest.js';
import type { Descriptor, SubjectDescriptor } from './descriptor.js';
import type { Warning } from './manifest-error.js';

/** How a document is written down; an artifact is written as an OCI image manifest. */
export type ManifestFormat = 'docker-schema1' | 'docker-schema2' | 'docker-list' | 'oci-image' | 'oci-index';

/** What some manifest bytes mean. Everything downstream switches on `kind`. */
export type Manifest = ImageManifest | Schema1Manifest | IndexManifest | ArtifactManifest;

/** What every kind of manifest says about itself. */
export interface ManifestFacts {
  /** Of the exact bytes; of a signed schema 1 manifest, of the part that is signed. */
  readonly digest: Digest;
  readonly mediaType: string;
  readonly format: ManifestFormat;
  readonly sizeBytes: number;
  readonly annotations: ReadonlyMap<string, string>;
  /** As the document says it; for an artifact without one, its config's media type. */
  readonly artifactType: string | null;
  readonly subject: SubjectDescriptor | null;
  /** What is odd about it and hinders nobody; the first 100. */
  readonly warnings: readonly Warning[];
}

/** One runnable image in Docker's second format or OCI's: a config and its layers, base first. */
export interface ImageManifest extends ManifestFacts {
  readonly kind: 'image';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** A list of manifests, usually one per platform. */
export interface IndexManifest extends ManifestFacts {
  readonly kind: 'index';
  readonly entries: readonly IndexEntry[];
}

/** Anything that is not runnable: a signature, an SBOM, a chart, a module. */
export interface ArtifactManifest extends ManifestFacts {
  readonly kind: 'artifact';
  readonly artifactKind: ArtifactKind;
  readonly config: Descriptor | null;
  readonly blobs: readonly Descriptor[];
}

/** The artifacts that are told apart; `other` is an answer, not an error. */
export type ArtifactKind = 'signature' | 'sbom' | 'provenance' | 'attestation' | 'helm-chart' | 'wasm' | 'other';

/** What an index entry is; only `platform` and `index` lead to something a client can run. */
export type IndexEntryKind = 'platform' | 'attestation' | 'signature' | 'sbom' | 'artifact' | 'index' | 'unknown';

/** One line of an index. */
export interface IndexEntry {
  readonly descriptor: Descriptor;
  readonly kind: IndexEntryKind;
  /** As the index says it, normalised; null where it says nothing. */
  readonly platform: Platform | null;
  /** Of BuildKit's attestations: the image in the same index that this is about. */
  readonly about: Digest | null;
  /** The words of the index before normalisation, as compact JSON; null where it says nothing. */
  readonly rawPlatform: string | null;
}
