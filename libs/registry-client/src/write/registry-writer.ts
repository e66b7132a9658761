import type { Digest } from '@strata/oci';
import type { BlobAddress, ObservedTag } from '../registry.js';

/** A blob on its way into a registry. */
export interface BlobToUpload extends BlobAddress {
  /** Its bytes, from wherever they are. They are asked for once, and only where they are needed. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
}

/** A manifest on its way into a registry. */
export interface ManifestToPut {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * One registry that we may write to, with credentials that are for nothing else. Politely: within its rate, and waiting
 * when it calls for a pause. Every method throws only `RegistryError` (or an abort reason).
 */
export interface RegistryWriter {
  holdsBlob(repository: string, digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** Takes a blob over from another repository of this registry without moving it. False where the registry would rather have it uploaded. */
  mountBlob(repository: string, digest: Digest, from: string, signal?: AbortSignal): Promise<boolean>;
  /** Sends a blob, in chunks where it is large; what was begun and does not come to its end is taken back. */
  uploadBlob(repository: string, blob: BlobToUpload, signal?: AbortSignal): Promise<void>;
  holdsManifest(repository: string, digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** Puts a manifest under its digest or, besides, under a tag, and reads it back by digest. */
  putManifest(repository: string, tag: string | null, manifest: ManifestToPut, signal?: AbortSignal): Promise<void>;
  /** What a tag points at, as `Registry.observeTag`. */
  observeTag(repository: string, tag: string, signal?: AbortSignal): Promise<ObservedTag | null>;
  close(): Promise<void>;
}
