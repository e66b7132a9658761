import { setTimeout } from 'node:timers/promises';
import { fetchBlobSize } from '../fetch-blob-size.js';
import { holdsManifest } from '../holds-manifest.js';
import { withinLimits } from '../http/within-limits.js';
import { LIMITS } from '../limits.js';
import { observeTag } from '../observe-tag.js';
import { openTools, type RegistryOptions } from '../open-registry.js';
import { optionsOf, type RegistrySettings } from '../open-source-registry.js';
import type { RegistryAccess } from '../registry.js';
import { openSlots } from '../slots.js';
import { mountBlob } from './mount-blob.js';
import { putManifest } from './put-manifest.js';
import type { RegistryWriter } from './registry-writer.js';
import { uploadBlob } from './upload-blob.js';
import { patiently, type WriteTools } from './write-request.js';

/**
 * Opens the one way to write to a registry. `access.credentials` are those for writing. Throws `TypeError` as
 * `openRegistry` does.
 */
export function openRegistryWriter(access: RegistryAccess, options: RegistryOptions = {}): RegistryWriter {
  const {
    maxInFlight = 4,
    totalTimeoutMs = LIMITS.writeTimeoutMs,
    idleTimeoutMs = LIMITS.writeIdleTimeoutMs,
    sleep = (delayMs: number, signal: AbortSignal) => setTimeout(delayMs, undefined, { signal }),
  } = options;
  const slots = openSlots(maxInFlight);
  const tools: WriteTools = {
    ...openTools(access, { ...options, maxInFlight, totalTimeoutMs, idleTimeoutMs }),
    inTurn: (signal, talk) => slots.run(() => withinLimits(totalTimeoutMs, signal, talk), signal),
    sleep,
  };
  const never = new AbortController().signal;
  const asked = <T>(signal: AbortSignal, talk: (limited: AbortSignal) => Promise<T>) =>
    patiently(tools, signal, () => tools.inTurn(signal, talk));
  return {
    holdsBlob: async (repository, digest, signal = never) =>
      (await asked(signal, (limited) => fetchBlobSize(tools, repository, digest, limited))) !== null,
    mountBlob: (repository, digest, from, signal = never) => mountBlob(tools, repository, { digest, from }, signal),
    uploadBlob: (repository, blob, signal = never) => uploadBlob(tools, repository, blob, signal),
    holdsManifest: (repository, digest, signal = never) =>
      asked(signal, (limited) => holdsManifest(tools, repository, digest, limited)),
    putManifest: (repository, tag, manifest, signal = never) => putManifest(tools, repository, tag, manifest, signal),
    observeTag: (repository, tag, signal = never) =>
      asked(signal, (limited) => observeTag(tools, repository, tag, limited)),
    close: () => tools.line.dispatcher.destroy(),
  };
}

/**
 * Opens the writer of a configured source; null where the operator gave no credentials for writing, so that nothing is
 * ever pushed by mistake. Throws `TypeError` for TLS files that cannot be used.
 */
export function openSourceWriter(
  settings: RegistrySettings & { readonly writeCredentials: RegistryAccess['credentials'] },
): RegistryWriter | null {
  const { registry: baseUrl, writeCredentials: credentials, allowPrivateNetwork } = settings;
  if (credentials === null) return null;
  return openRegistryWriter({ baseUrl, credentials, allowPrivateNetwork }, optionsOf(settings));
}
