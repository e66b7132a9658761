import { readFileSync } from 'node:fs';
import type { TlsSettings } from './address/tls-context.js';
import type { CredentialSource } from './credentials/credentials.js';
import { errnoOf } from './errno-of.js';
import { openRegistry, type RegistryOptions } from './open-registry.js';
import type { Registry } from './registry.js';

/** What an operator writes about reading one registry; see `strata.example.yaml`. */
export interface RegistrySettings {
  readonly registry: URL;
  readonly credentials: CredentialSource | null;
  readonly allowPrivateNetwork: boolean;
  readonly allowedRealms: readonly URL[];
  /** The paths of PEM files. */
  readonly tls: {
    readonly insecure: boolean;
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: string | null;
  };
  readonly rate: {
    readonly requestsPerSecond: number | null;
    readonly burst: number | null;
    readonly concurrency: number | null;
  };
}

/**
 * Opens the registry of a configured source, reading the files that its TLS settings name. `maxInFlight` counts where
 * the source sets no concurrency. Throws `TypeError`, with nothing of their content, for files that cannot be used.
 */
export function openSourceRegistry(
  settings: RegistrySettings,
  defaults: Pick<RegistryOptions, 'maxInFlight'> = {},
): Registry {
  const { registry: baseUrl, credentials, allowPrivateNetwork } = settings;
  return openRegistry({ baseUrl, credentials, allowPrivateNetwork }, { ...defaults, ...optionsOf(settings) });
}

/** What a source says about reading and writing its registry, as options. Throws `TypeError` as `openSourceRegistry` does. */
export function optionsOf({
  allowedRealms,
  tls,
  rate,
}: Pick<RegistrySettings, 'allowedRealms' | 'tls' | 'rate'>): RegistryOptions {
  const { concurrency, requestsPerSecond, burst } = rate;
  return {
    ...(concurrency === null ? {} : { maxInFlight: concurrency }),
    ...(burst === null ? {} : { burst }),
    requestsPerSecond,
    allowedRealms: allowedRealms.map(({ href }) => href),
    tls: readTlsFiles(tls),
  };
}

function readTlsFiles({ insecure, ca, cert, key }: RegistrySettings['tls']): TlsSettings {
  return { insecure, ca: read('ca', ca), cert: read('cert', cert), key: read('key', key) };
}

function read(setting: 'ca' | 'cert' | 'key', path: string | null): string | null {
  if (path === null) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new TypeError(`tls.${setting}: the file ${path} cannot be read (${errnoOf(error)})`, { cause: error });
  }
}
