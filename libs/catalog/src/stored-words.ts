/** The words of each enumeration in the database, as the migrations have them; a spec holds the two together. */
export const STORED_WORDS = {
  source_state: ['healthy', 'degraded', 'unreachable', 'unauthorized'],
  inbox_state: ['new', 'queued', 'done', 'ignored', 'quarantined'],
  inbox_work: ['manifest', 'manifest_deletion', 'tag', 'tag_deletion', 'repository_deletion', 'none'],
  manifest_kind: ['image', 'index', 'artifact'],
  manifest_format: ['docker_schema1', 'docker_schema2', 'docker_list', 'oci_image', 'oci_index'],
  manifest_status: ['valid', 'invalid'],
  artifact_kind: ['signature', 'sbom', 'provenance', 'attestation', 'helm_chart', 'wasm', 'other'],
  index_entry_kind: ['platform', 'attestation', 'signature', 'sbom', 'artifact', 'index', 'unknown'],
  fact_origin: ['event', 'crawl', 'import'],
  change_kind: ['tag_created', 'tag_moved', 'tag_deleted', 'tag_settled', 'finding_opened', 'finding_closed'],
  severity: ['low', 'medium', 'high', 'critical'],
  finding_kind: [
    'policy',
    'platform_lost',
    'platform_mismatch',
    'broken_index',
    'invalid_manifest',
    'legacy_format',
    'stale_base',
    'tag_rolled_back',
  ],
  token_scope: ['read', 'crawl', 'replay', 'assemble', 'admin'],
  coverage_key: ['platform', 'architecture', 'format', 'registry', 'platform_set', 'namespace'],
  webhook_state: ['active', 'disabled'],
  delivery_state: ['waiting', 'delivered', 'failed'],
  crawl_kind: ['full', 'repository', 'sample'],
  crawl_trigger: ['start', 'schedule', 'dirty', 'request'],
  crawl_state: ['waiting', 'running', 'complete', 'incomplete', 'asking'],
} as const;

type Word<Name extends keyof typeof STORED_WORDS> = (typeof STORED_WORDS)[Name][number];

/** How a source is doing, as the worker last saw it. */
export type SourceState = Word<'source_state'>;

/** Where an event stands on its way. */
export type InboxState = Word<'inbox_state'>;

/**
 * What a row of the inbox asks the worker to look at. The deletions expect to find nothing, and conclude it only from a
 * clean answer of the registry.
 */
export type InboxWork = Word<'inbox_work'>;

/** Which of the three things a manifest is. */
export type ManifestKind = Word<'manifest_kind'>;

/** How a document is written down. */
export type ManifestFormat = Word<'manifest_format'>;

/** Which artifact something is that no client runs. */
export type ArtifactKind = Word<'artifact_kind'>;

/** What an index entry is. */
export type IndexEntryKind = Word<'index_entry_kind'>;

/** How a fact came to be known. */
export type FactOrigin = Word<'fact_origin'>;

/** What a crawl walks: everything, one repository, or a small part chosen at random. */
export type CrawlKind = Word<'crawl_kind'>;

/** Why a crawl was begun. */
export type CrawlTrigger = Word<'crawl_trigger'>;

/** Where a crawl stands; `asking` has ended without removing anything, because it would have removed too much. */
export type CrawlState = Word<'crawl_state'>;

/** How much a finding matters, the least first. */
export type Severity = Word<'severity'>;

/** What may be wrong with a tag, or with a manifest in a repository. */
export type FindingKind = Word<'finding_kind'>;

/** What happened to a tag or a finding; `tag_settled` is an index that learned of a child's platforms. */
export type StoredChangeKind = Word<'change_kind'>;

/** What the bearer of a token may do; `admin` may do everything. */
export type TokenScope = Word<'token_scope'>;

/** What live tags are counted by beside their sets and formats. */
export type CountedKey = Word<'coverage_key'>;

/** Whether a webhook is told of changes; one is disabled when its receiver says that it is gone. */
export type WebhookState = Word<'webhook_state'>;

/** Where a message to a webhook stands. */
export type DeliveryState = Word<'delivery_state'>;
