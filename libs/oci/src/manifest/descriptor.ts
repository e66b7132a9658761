import type { Digest } from '../digest.js';

/** A pointer from one document to some content (OCI image-spec 1.1, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** A `Map`, because a key may be `__proto__`. */
  readonly annotations: ReadonlyMap<string, string>;
  /** Kept as text, never fetched. */
  readonly urls: readonly string[];
  readonly artifactType: string | null;
  /** The content itself, where it stands in the document and is what the digest promises. */
  readonly data: Uint8Array | null;
}

/** A `subject`: a pointer to what an artifact is about, whose size some signers leave out (null). */
export interface SubjectDescriptor extends Omit<Descriptor, 'sizeBytes'> {
  readonly sizeBytes: number | null;
}
