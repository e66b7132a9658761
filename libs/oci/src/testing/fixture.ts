import type { Digest } from '../digest.js';

/** Some content that a registry can be given, under its true digest. */
export interface BlobFixture {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/** A layer: a gzip of a tar archive with one small file in it. */
export interface LayerFixture extends BlobFixture {
  /** Of the archive before compression. */
  readonly diffId: Digest;
}

interface DocumentFixture extends BlobFixture {
  readonly sizeBytes: number;
}

/** An image that a registry accepts and a client could pull. */
export interface ImageFixture extends DocumentFixture {
  readonly kind: 'image';
  readonly format: 'oci' | 'docker';
  /** As written, such as `linux/arm64/v8`: nothing is normalised here. */
  readonly platform: string;
  readonly config: BlobFixture;
  /** Base first; those of a base image are the same values as there. */
  readonly layers: readonly LayerFixture[];
}

/** An index and everything that it lists. */
export interface IndexFixture extends DocumentFixture {
  readonly kind: 'index';
  readonly format: 'oci' | 'docker';
  /** In the order of the entries. */
  readonly children: readonly ManifestFixture[];
}

/** A signature, a statement, a chart: whatever is written as an OCI image manifest and is not run. */
export interface ArtifactFixture extends DocumentFixture {
  readonly kind: 'artifact';
  readonly artifactType: string | null;
  readonly config: BlobFixture;
  readonly layers: readonly BlobFixture[];
  /** What an index says about it unless told otherwise. */
  readonly listedAs: { readonly platform: string | null; readonly annotations: Readonly<Record<string, string>> };
}

/** Anything that stands behind `/manifests/`. */
export type ManifestFixture = ImageFixture | IndexFixture | ArtifactFixture;

/** Every manifest that belongs to this one, each once, children before their index: the order of a push. */
export function manifestsOf(fixture: ManifestFixture): readonly ManifestFixture[] {
  const children = fixture.kind === 'index' ? fixture.children.flatMap(manifestsOf) : [];
  return [...new Map([...children, fixture].map((manifest) => [manifest.digest, manifest])).values()];
}

/** Every blob that must be there before the manifests are accepted, each once. */
export function blobsOf(fixture: ManifestFixture): readonly BlobFixture[] {
  const blobs = manifestsOf(fixture).flatMap((manifest) =>
    manifest.kind === 'index' ? [] : [manifest.config, ...manifest.layers],
  );
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}
