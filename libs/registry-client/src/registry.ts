import type { Descriptor, Digest } from '@strata/oci';
import type { CredentialSource } from './credentials/credentials.js';

/** Where and how one registry is read; comes from the operator's configuration, never from an event. */
export interface RegistryAccess {
  readonly baseUrl: URL;
  readonly credentials: CredentialSource | null;
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

/** A blob, as descriptors name it. */
export interface BlobAddress {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** What a registry answers for a tag at one moment. */
export interface ObservedTag {
  readonly digest: Digest;
  readonly mediaType: string | null;
}

/** One page of a listing. */
export interface ListedPage {
  /** Each once; names that the grammar allows, so that they can be asked for. */
  readonly names: readonly string[];
  /** Names outside the grammar: there, but out of reach. */
  readonly skipped: number;
  /** Give it back as `after` to go on behind this page, in another process too; null on the last page. */
  readonly next: string | null;
}

/** Where a listing begins, and what ends it early. */
export interface ListOptions {
  /** A `next` of an earlier page of the same listing. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

/** Whether a registry can be read as configured; what `strata source check` shows. `detail` is a sentence without secrets. */
export type RegistryAccessReport =
  | { readonly state: 'ok'; readonly authentication: 'none' | 'basic' | 'token' }
  | {
      readonly state:
        | 'unreachable'
        | 'address-forbidden'
        | 'not-a-registry'
        | 'credentials-needed'
        | 'credentials-refused'
        | 'rate-limited';
      readonly detail: string;
    }
  /** The origin of the token server that the operator would have to allow. */
  | { readonly state: 'realm-forbidden'; readonly realm: string; readonly detail: string };

/** One registry, read politely. Every method throws only `RegistryError` (or an abort reason). */
export interface Registry {
  /** GET by digest, so that what comes back can be verified. `not-found` only on a clean 404. */
  fetchManifest(repository: string, digest: Digest, signal?: AbortSignal): Promise<FetchedManifest>;
  /** A config blob, verified; at most 4 MiB. */
  fetchConfig(repository: string, digest: Digest, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * A blob of any size as it comes in; its digest and size are checked on the way, and an iteration that ends has proved
   * both. Whoever does not read it to the end must leave the iteration.
   */
  streamBlob(repository: string, blob: BlobAddress, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** HEAD of a blob: its size in bytes as the registry claims it; null where it does not say. */
  fetchBlobSize(repository: string, digest: Digest, signal?: AbortSignal): Promise<number | null>;
  /** HEAD of a tag, confirmed by GET where HEAD cannot be trusted. Null: the registry said, by GET with a clean 404, that there is no such tag. */
  observeTag(repository: string, tag: string, signal?: AbortSignal): Promise<ObservedTag | null>;
  /** HEAD of a manifest, confirmed by GET where HEAD cannot be trusted. False: the registry said, by GET with a clean 404, that it has none. */
  holdsManifest(repository: string, digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** The names of all repositories. An iteration that ends is a listing that the registry ended; `unsupported` where it offers none. */
  listRepositories(options?: ListOptions): AsyncIterable<ListedPage>;
  /** The tags of a repository, likewise. `not-found` only on a clean 404. */
  listTags(repository: string, options?: ListOptions): AsyncIterable<ListedPage>;
  /** What refers to a manifest, in pages; from the referrers tag where the registry has no such list. */
  listReferrers(
    repository: string,
    digest: Digest,
    options?: { readonly artifactType?: string; readonly signal?: AbortSignal },
  ): AsyncIterable<readonly Descriptor[]>;
  /** Asks for the base of the API, with the credentials if they are wanted. Throws only the reason of an abort. */
  checkAccess(signal?: AbortSignal): Promise<RegistryAccessReport>;
  /** Closes the connections. */
  close(): Promise<void>;
}
