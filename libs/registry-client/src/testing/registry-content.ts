import { randomUUID } from 'node:crypto';
import { digestOf, formatOfMediaType, schema1Payload, type Digest } from '@strata/oci';

/** A manifest as pushed. */
export interface StoredManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** What one repository links to. */
export interface StoredRepository {
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, string>;
  readonly blobs: Set<string>;
}

/** Everything a fake registry holds, apart from the process that serves it: hand it to a second one to "restart" the first. */
export interface RegistryContent {
  readonly repositories: Map<string, StoredRepository>;
  /** Shared by all repositories, as in a real registry. */
  readonly blobs: Map<string, Uint8Array>;
  readonly uploads: Map<string, { readonly repository: string; readonly chunks: Uint8Array[] }>;
}

/** An empty registry. */
export function openContent(): RegistryContent {
  return { repositories: new Map(), blobs: new Map(), uploads: new Map() };
}

/** The repository of that name, made when it is not there. */
export function repositoryOf(content: RegistryContent, name: string): StoredRepository {
  const known = content.repositories.get(name);
  if (known !== undefined) return known;
  const made = { manifests: new Map(), tags: new Map(), blobs: new Set<string>() };
  content.repositories.set(name, made);
  return made;
}

/** Stores a blob under the digest that was claimed and checked, or under its SHA-256. */
export function storeBlob(
  content: RegistryContent,
  repository: string,
  bytes: Uint8Array,
  digest: Digest = digestOf(bytes),
): Digest {
  content.blobs.set(digest, bytes);
  repositoryOf(content, repository).blobs.add(digest);
  return digest;
}

/** What the digest of a manifest covers: all of its bytes, or the signed part of schema 1. */
export function coveredBytes({ bytes, mediaType }: StoredManifest): Uint8Array {
  return (formatOfMediaType(mediaType) === 'docker-schema1' ? schema1Payload(bytes) : null) ?? bytes;
}

/** Stores a manifest without moving any tag. */
export function storeManifest(
  content: RegistryContent,
  repository: string,
  manifest: StoredManifest,
  digest: Digest = digestOf(coveredBytes(manifest)),
): Digest {
  repositoryOf(content, repository).manifests.set(digest, manifest);
  return digest;
}

/** Opens an upload and returns its name. */
export function openUpload(content: RegistryContent, repository: string): string {
  const id = randomUUID();
  content.uploads.set(id, { repository, chunks: [] });
  return id;
}
