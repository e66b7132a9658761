import type { ConfigToWrite, ManifestToWrite, StoredProblem } from '@strata/catalog';
import {
  ManifestError,
  checkConfigFits,
  parseImageConfig,
  parseManifest,
  type Digest,
  type ImageManifest,
  type Manifest,
} from '@strata/oci';
import { RegistryError, type FetchedManifest, type Registry } from '@strata/registry-client';
import { fetchLayerSizes } from './fetch-layer-sizes.js';
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
  const valid = { status: 'valid', manifest, bytes: fetched.bytes } as const;
  if (manifest.kind === 'schema1') {
    const sized = await fetchLayerSizes(registry, repository, manifest, tools.stopping);
    return { ...valid, manifest: sized, config: null, problems: manifest.warnings };
  }
  if (manifest.kind !== 'image') return { ...valid, config: null, problems: manifest.warnings };
  const { config, problems } = await fetchConfig(registry, repository, manifest, tools);
  return { ...valid, config, problems: [...manifest.warnings, ...problems] };
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
  manifest: ImageManifest,
  { findConfig, stopping }: Pick<Tools, 'findConfig' | 'stopping'>,
): Promise<{ config: ConfigToWrite | null; problems: readonly StoredProblem[] }> {
  const { digest, mediaType } = manifest.config;
  try {
    const kept = await findConfig(digest);
    const bytes = kept ?? (await registry.fetchConfig(repository, digest, stopping));
    return readConfig({ digest, mediaType, bytes }, manifest);
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

function readConfig(
  blob: Omit<ConfigToWrite, 'parsed'>,
  manifest: ImageManifest,
): { config: ConfigToWrite; problems: readonly StoredProblem[] } {
  try {
    const parsed = parseImageConfig(blob.bytes);
    return {
      config: { ...blob, parsed },
      problems: ofConfig([...parsed.warnings, ...checkConfigFits(manifest, parsed)]),
    };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return { config: { ...blob, parsed: null }, problems: ofConfig(error.problems) };
  }
}

/** Their paths are those of the config. */
function ofConfig(problems: readonly StoredProblem[]): readonly StoredProblem[] {
  return problems.map(({ code, message, path }) => ({ code: `CONFIG_${code}`, message, path }));
}
