import type {
  ChangeKind as CatalogChangeKind,
  CoverageKey as CatalogCoverageKey,
  FindingOrder as CatalogFindingOrder,
  InboxState as CatalogEventState,
  LayerOrder as CatalogLayerOrder,
  ImageOrder as CatalogImageOrder,
  RepositoryOrder as CatalogRepositoryOrder,
  StoredArtifactKind,
  StoredFindingKind,
  StoredManifestFormat,
  StoredSeverity,
  StoredTokenScope,
  TagOrder as CatalogTagOrder,
} from '@strata/catalog';
import type {
  ArtifactKind,
  ChangeKind,
  CoverageKey,
  EventState,
  FindingKind,
  FindingOrder,
  ImageOrder,
  LayerOrder,
  ManifestFamily,
  ManifestFormat,
  PullClient,
  RepositoryOrder,
  Severity,
  TagOrder,
  TokenScope,
} from '@strata/graphql';
import type { ManifestFamily as OciFamily, PullClient as OciClient } from '@strata/oci';

/** The contract's words on the left, the catalog's on the right: total tables, so that a new word is a compile error. */
export const repositoryOrders = {
  NAME_ASC: 'name-asc',
  NAME_DESC: 'name-desc',
  UPDATED_DESC: 'updated-desc',
  TAGS_DESC: 'tags-desc',
  BYTES_DESC: 'bytes-desc',
} satisfies Record<RepositoryOrder, CatalogRepositoryOrder>;

export const tagOrders = {
  REFERENCE_ASC: 'reference-asc',
  REFERENCE_DESC: 'reference-desc',
  PUSHED_DESC: 'pushed-desc',
  PUSHED_ASC: 'pushed-asc',
  SIZE_DESC: 'size-desc',
} satisfies Record<TagOrder, CatalogTagOrder>;

export const imageOrders = {
  PUSHED_DESC: 'pushed-desc',
  PUSHED_ASC: 'pushed-asc',
  SIZE_DESC: 'size-desc',
} satisfies Record<ImageOrder, CatalogImageOrder>;

export const layerOrders = {
  SHARED_DESC: 'shared-desc',
  SIZE_DESC: 'size-desc',
  SAVED_DESC: 'saved-desc',
} satisfies Record<LayerOrder, CatalogLayerOrder>;

export const coverageKeys = {
  PLATFORM: 'platform',
  ARCHITECTURE: 'architecture',
  PLATFORM_SET: 'platform-set',
  FORMAT: 'format',
  REGISTRY: 'registry',
  NAMESPACE: 'namespace',
  MONTH: 'month',
} satisfies Record<CoverageKey, CatalogCoverageKey>;

export const formats = {
  DOCKER_SCHEMA1: 'docker_schema1',
  DOCKER_SCHEMA2: 'docker_schema2',
  DOCKER_LIST: 'docker_list',
  OCI_IMAGE: 'oci_image',
  OCI_INDEX: 'oci_index',
} satisfies Record<ManifestFormat, StoredManifestFormat>;

export const artifactKinds = {
  SIGNATURE: 'signature',
  SBOM: 'sbom',
  PROVENANCE: 'provenance',
  ATTESTATION: 'attestation',
  HELM_CHART: 'helm_chart',
  WASM: 'wasm',
  OTHER: 'other',
} satisfies Record<ArtifactKind, StoredArtifactKind>;

export const eventStates = {
  NEW: 'new',
  QUEUED: 'queued',
  DONE: 'done',
  IGNORED: 'ignored',
  QUARANTINED: 'quarantined',
} satisfies Record<EventState, CatalogEventState>;

export const changeKinds = {
  TAG_CREATED: 'tag_created',
  TAG_MOVED: 'tag_moved',
  TAG_DELETED: 'tag_deleted',
  PLATFORM_LOST: 'platform_lost',
  PLATFORM_GAINED: 'platform_gained',
  FINDING_OPENED: 'finding_opened',
  FINDING_CLOSED: 'finding_closed',
} satisfies Record<ChangeKind, CatalogChangeKind>;

export const tokenScopes = {
  READ: 'read',
  CRAWL: 'crawl',
  REPLAY: 'replay',
  ASSEMBLE: 'assemble',
  ADMIN: 'admin',
} satisfies Record<TokenScope, StoredTokenScope>;

export const severities = {
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
  CRITICAL: 'critical',
} satisfies Record<Severity, StoredSeverity>;

export const findingKinds = {
  POLICY: 'policy',
  PLATFORM_LOST: 'platform_lost',
  PLATFORM_MISMATCH: 'platform_mismatch',
  BROKEN_INDEX: 'broken_index',
  INVALID_MANIFEST: 'invalid_manifest',
  LEGACY_FORMAT: 'legacy_format',
  STALE_BASE: 'stale_base',
  TAG_ROLLED_BACK: 'tag_rolled_back',
} satisfies Record<FindingKind, StoredFindingKind>;

export const findingOrders = {
  SEVERITY_DESC: 'severity-desc',
  OPENED_DESC: 'opened-desc',
} satisfies Record<FindingOrder, CatalogFindingOrder>;

export const families = { DOCKER: 'docker', OCI: 'oci' } satisfies Record<ManifestFamily, OciFamily>;

export const pullClients = {
  CONTAINERD: 'containerd',
  CONTAINERS_IMAGE: 'containers-image',
} satisfies Record<PullClient, OciClient>;

/** The contract's word for one of the catalog's that is spelled like it: `oci_image` is `OCI_IMAGE`. */
export function upperWord<Word extends string>(word: Word): Uppercase<Word> {
  return word.toUpperCase() as Uppercase<Word>; // the definition of Uppercase
}
