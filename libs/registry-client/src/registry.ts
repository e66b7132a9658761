import type { Digest } from '@strata/oci';

/** Where and how one registry is read; comes from the operator's configuration, never from an event. */
export interface RegistryAccess {
  readonly baseUrl: URL;
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** Private, loopback and link-local addresses are refused unless this is set. */
  readonly allowPrivateNetwork: boolean;
}

/** A manifest as the registry serves it; the bytes have been checked against the digest. */
export interface FetchedManifest {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  /** The Content-Type without parameters, lower case; null where there was none. */
  readonly contentType: string | null;
}

/** What a registry answers for a tag at one moment. */
export interface ObservedTag {
  readonly digest: Digest;
  readonly mediaType: string | null;
}

/** One registry, read politely. Every method throws only `RegistryError` (or an abort reason). */
export interface Registry {
  /** GET by digest, so that what comes back can be verified. `not-found` only on a clean 404. */
  fetchManifest(repository: string, digest: Digest, signal?: AbortSignal): Promise<FetchedManifest>;
  /** A config blob, verified; at most 4 MiB. */
  fetchConfig(repository: string, digest: Digest, signal?: AbortSignal): Promise<Uint8Array>;
  /** HEAD of a tag, confirmed by GET where HEAD cannot be trusted. Null: the registry said, by GET with a clean 404, that there is no such tag. */
  observeTag(repository: string, tag: string, signal?: AbortSignal): Promise<ObservedTag | null>;
  /** Closes the connections. */
  close(): Promise<void>;
}
