import type { ConfigToWrite, ManifestToWrite, StoredProblem } from '@strata/catalog';
import {
  ManifestError,
  parseImageConfig,
  parseManifest,
  type Descriptor,
  type Digest,
  type Manifest,
} from '@strata/oci';
import { RegistryError, type FetchedManifest, type Registry } from '@strata/registry-client';
import type { Tools } from './tools.js';

/** What a registry serves under a digest, fetched with the config of an image and understood as far as it can be. */
export async function fetchImage(
  registry: Registry,
  repository: string,
  digest: Digest,
  tools: Pick<Tools, 'findConfig' | 'stopping'>,
): Promise<ManifestToWrite> {
  const fetched = await fetchOrTooLarge(registry, repository, digest, tools.stopping);
  if (fetched === null) return tooLarge(digest);
  const read = readManifest(fetched);
  if ('problems' in read) return read;
  const { manifest } = read;
  if (manifest.kind !== 'image') return { status: 'valid', manifest, bytes: fetched.bytes, config: null, problems: [] };
  const { config, problems } = await fetchConfig(registry, repository, manifest.config, tools);
  return { status: 'valid', manifest, bytes: fetched.bytes, config, problems };
}

async function fetchOrTooLarge(
  registry: Registry,
  repository: string,
  digest: Digest,
  signal: AbortSignal,
): Promise<FetchedManifest | null> {
  try {
    return await registry.fetchManifest(repository, digest, signal);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'too-large') return null;
    throw error;
  }
}

function tooLarge(digest: Digest): ManifestToWrite {
  const message = 'the document is larger than the ceiling of 4 MiB, so only its digest is kept';
  return {
    status: 'invalid',
    digest,
    bytes: null,
    sizeBytes: 0,
    mediaType: 'application/octet-stream',
    format: 'oci-image',
    problems: [{ code: 'TOO_LARGE', message, path: null }],
  };
}

function readManifest({ bytes, contentType, digest }: FetchedManifest): { manifest: Manifest } | ManifestToWrite {
  try {
    return { manifest: { ...parseManifest(bytes, { contentType }), digest } };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return {
      status: 'invalid',
      digest,
      bytes,
      sizeBytes: bytes.length,
      mediaType: error.claimed.mediaType ?? contentType ?? 'application/octet-stream',
      // A document that does not say what it is counts as OCI's, whose media type is optional (image-spec, manifest.md).
      format: error.claimed.format ?? 'oci-image',
      problems: error.problems,
    };
  }
}

async function fetchConfig(
  registry: Registry,
  repository: string,
  { digest, mediaType }: Descriptor,
  { findConfig, stopping }: Pick<Tools, 'findConfig' | 'stopping'>,
): Promise<{ config: ConfigToWrite | null; problems: readonly StoredProblem[] }> {
  try {
    const kept = await findConfig(digest);
    const bytes = kept ?? (await registry.fetchConfig(repository, digest, stopping));
    return readConfig({ digest, mediaType, bytes });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    if (error.code === 'not-found')
      return without('CONFIG_MISSING', 'the registry does not have the config of this image');
    if (error.code === 'too-large')
      return without('CONFIG_TOO_LARGE', 'the config is larger than the ceiling of 4 MiB');
    throw error;
  }
}

function without(code: string, message: string): { config: null; problems: readonly StoredProblem[] } {
  return { config: null, problems: [{ code, message, path: '$.config' }] };
}

function readConfig(blob: Omit<ConfigToWrite, 'parsed'>): {
  config: ConfigToWrite;
  problems: readonly StoredProblem[];
} {
  try {
    return { config: { ...blob, parsed: parseImageConfig(blob.bytes) }, problems: [] };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const problems = error.problems.map(({ code, message, path }) => ({ code: `CONFIG_${code}`, message, path }));
    return { config: { ...blob, parsed: null }, problems };
  }
}
