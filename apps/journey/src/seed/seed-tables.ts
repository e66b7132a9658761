/** How a value of a column travels in PostgreSQL's binary COPY format. */
export type ColumnKind = 'int2' | 'int4' | 'int8' | 'int4[]' | 'text' | 'text[]' | 'bytea' | 'instant' | 'jsonb';

/** One value: an instant in milliseconds since 1970, JSON as text, enumerations as their words. */
export type Cell = string | number | Uint8Array | readonly number[] | readonly string[] | null;

/**
 * What the generator writes, column by column, in the order of the cells of a row. A column that a later migration
 * adds needs a line here only when its default will not do.
 */
export const SEED_TABLES = {
  registry: { id: 'int4', host: 'text' },
  source: { id: 'int4', name: 'text', dialect: 'text', registry_id: 'int4' },
  media_type: { id: 'int4', name: 'text' },
  platform: {
    id: 'int4',
    name: 'text',
    os: 'text',
    architecture: 'text',
    variant: 'text',
    os_version: 'text',
    os_features: 'text[]',
  },
  platform_set: { id: 'int4', members: 'int4[]' },
  repository: { id: 'int8', registry_id: 'int4', name: 'text', updated_at: 'instant' },
  layer: { id: 'int8', digest: 'bytea', media_type_id: 'int4', size_bytes: 'int8' },
  image_config: {
    id: 'int8',
    digest: 'bytea',
    media_type_id: 'int4',
    size_bytes: 'int8',
    document: 'bytea',
    platform_id: 'int4',
    created_at: 'instant',
    labels: 'jsonb',
    run_user: 'text',
  },
  manifest: {
    id: 'int8',
    digest: 'bytea',
    kind: 'text',
    format: 'text',
    media_type_id: 'int4',
    size_bytes: 'int8',
    status: 'text',
    annotations: 'jsonb',
    artifact_type_id: 'int4',
    artifact_kind: 'text',
    statements: 'text[]',
    subject_digest: 'bytea',
    config_id: 'int8',
    platform_id: 'int4',
    platform_set_id: 'int4',
    total_bytes: 'int8',
    layer_count: 'int4',
    chain_id: 'bytea',
    diff_chain_id: 'bytea',
    first_seen_at: 'instant',
    first_seen_via: 'text',
    verified_at: 'instant',
  },
  manifest_document: { manifest_id: 'int8', bytes: 'bytea' },
  image_layer: {
    manifest_id: 'int8',
    position: 'int2',
    layer_id: 'int8',
    diff_id: 'bytea',
    chain_id: 'bytea',
    diff_chain_id: 'bytea',
  },
  index_entry: {
    manifest_id: 'int8',
    position: 'int2',
    child_digest: 'bytea',
    media_type_id: 'int4',
    size_bytes: 'int8',
    kind: 'text',
    platform_id: 'int4',
    raw_platform: 'text',
    annotations: 'jsonb',
  },
  repository_manifest: { repository_id: 'int8', manifest_id: 'int8', first_seen_at: 'instant', via: 'text' },
  tag: {
    id: 'int8',
    repository_id: 'int8',
    name: 'text',
    reference: 'text',
    version: 'int4',
    manifest_id: 'int8',
    platform_set_id: 'int4',
    format: 'text',
    total_bytes: 'int8',
    pushed_at: 'instant',
    observed_at: 'instant',
  },
  tag_interval: {
    id: 'int8',
    tag_id: 'int8',
    manifest_id: 'int8',
    from_at: 'instant',
    to_at: 'instant',
    pushed_at: 'instant',
    via: 'text',
    actor: 'text',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnKind>>>>;

/** A table that the generator fills. */
export type SeedTable = keyof typeof SEED_TABLES;

/** Every table that the generator fills, parents before children. */
export const SEED_TABLE_NAMES: readonly SeedTable[] = Object.keys(SEED_TABLES).filter(
  (name): name is SeedTable => name in SEED_TABLES,
);

/** The columns of a table in the order of its cells. */
export function columnsOf(table: SeedTable): readonly (readonly [name: string, kind: ColumnKind])[] {
  return Object.entries(SEED_TABLES[table]);
}

/** Where generated rows go. */
export interface RowSink {
  row(table: SeedTable, cells: readonly Cell[]): void;
}
