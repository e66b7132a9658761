/** What a registry may accept or refuse about a manifest; each is asked of the table in `registry-table.ts`. */
export const REGISTRY_FEATURES = {
  'docker-schema1': 'Docker schema 1',
  'docker-image': 'Docker images (schema 2)',
  'docker-list': 'Docker lists',
  'oci-image': 'OCI images',
  'oci-index': 'OCI indexes',
  'nested-index': 'indexes inside indexes',
  'helm-chart': 'Helm charts',
  artifact: 'artifacts with a config or artifact type of their own',
  'withdrawn-artifact': 'the withdrawn artifact manifest',
  subject: 'manifests with a subject',
  'zstd-layer': 'zstd layers',
  'foreign-layer': 'foreign layers',
  'unknown-layer': 'layers of further types under an image config',
} as const;

/** One such feature. */
export type RegistryFeature = keyof typeof REGISTRY_FEATURES;

/**
 * `yes`: stored and served as it is. `converted`: stored, but some clients that ask by tag get another document, under
 * another digest. `unknown`: no source was found that settles it.
 */
export type Accepted = 'yes' | 'no' | 'converted' | 'unknown';

/** What one registry does with one feature. */
export interface FeatureSupport {
  readonly accepted: Accepted;
  readonly note: string | null;
  /** The public address of what says so; null only for `unknown`. */
  readonly source: string | null;
}

/** A ceiling, and what says so. */
export interface RegistryLimit {
  readonly bytes: number;
  readonly source: string;
}

/** One registry, or one kind of registry, as far as it is known. */
export interface RegistryProfile {
  readonly registry: string;
  readonly supports: Readonly<Record<RegistryFeature, FeatureSupport>>;
  /** Of one manifest; null where nobody says. */
  readonly maxManifest: RegistryLimit | null;
  /** Of one compressed layer; null where nobody says. */
  readonly maxLayer: RegistryLimit | null;
}
