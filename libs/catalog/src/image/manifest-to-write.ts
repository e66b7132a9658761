import type { Digest, ImageConfig, Manifest, ManifestFormat } from '@strata/oci';

/** A config blob as fetched; `parsed` is null where it is not one that can be read. */
export interface ConfigToWrite {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly parsed: ImageConfig | null;
}

/** Something that is wrong, as it is kept: a stable code, a sentence, and the place inside the document. */
export interface StoredProblem {
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
}

/** What is known of a manifest once its bytes were read: what it means, or why it means nothing. */
export type ManifestToWrite = ValidManifest | InvalidManifest;

/** A manifest that was understood. */
export interface ValidManifest {
  readonly status: 'valid';
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
  /** The config of an image; null for the other kinds, and where the registry does not have it. */
  readonly config: ConfigToWrite | null;
  /** What is wrong with it although it can be used, such as a config that is missing. */
  readonly problems: readonly StoredProblem[];
}

/** A document that was refused; kept by its digest, with the reasons and without edges. */
export interface InvalidManifest {
  readonly status: 'invalid';
  readonly digest: Digest;
  /** Null for a document over the size ceiling. */
  readonly bytes: Uint8Array | null;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly format: ManifestFormat;
  readonly problems: readonly StoredProblem[];
}

/** The digest under which it stands. */
export function digestOfManifest(written: ManifestToWrite): Digest {
  return written.status === 'valid' ? written.manifest.digest : written.digest;
}

/** The uncompressed digests, where the config has one for every layer. */
export function diffIdsOf({ manifest, config }: ValidManifest): readonly Digest[] | null {
  const diffIds = config?.parsed?.diffIds ?? null;
  return diffIds !== null && manifest.kind === 'image' && diffIds.length === manifest.layers.length ? diffIds : null;
}
