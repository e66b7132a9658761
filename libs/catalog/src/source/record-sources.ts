import type { Catalog } from '../open-catalog.js';

/** A source as the operator configured it; secrets and credentials stay with the process that needs them. */
export interface ConfiguredSource {
  readonly name: string;
  readonly dialect: string;
  /** Lower-case `host[:port]` under which this registry's images are catalogued. */
  readonly registryHost: string;
}

// Names ascend in both statements: processes that start together queue up instead of deadlocking.
const UPSERT_REGISTRIES = `
INSERT INTO registry (host)
SELECT DISTINCT host FROM unnest($1::text[]) AS configured (host) ORDER BY host
ON CONFLICT (host) DO NOTHING`;

const UPSERT_SOURCES = `
INSERT INTO source (name, dialect, registry_id)
SELECT configured.name, configured.dialect, registry.id
FROM unnest($1::text[], $2::text[], $3::text[]) AS configured (name, dialect, host)
JOIN registry ON registry.host = configured.host
ORDER BY configured.name
ON CONFLICT (name) DO UPDATE SET dialect = excluded.dialect, registry_id = excluded.registry_id
WHERE (source.dialect, source.registry_id) IS DISTINCT FROM (excluded.dialect, excluded.registry_id)`;

/**
 * Gives every configured source its row, however many processes start at once, and returns name → id. A source that
 * is no longer configured keeps its row, because its events point at it. Names must be unique (the configuration sees to it).
 */
export async function recordSources(
  catalog: Pick<Catalog, 'pool'>,
  sources: readonly ConfiguredSource[],
): Promise<ReadonlyMap<string, number>> {
  const names = sources.map(({ name }) => name);
  const hosts = sources.map(({ registryHost }) => registryHost);
  await catalog.pool.query(UPSERT_REGISTRIES, [hosts]);
  await catalog.pool.query(UPSERT_SOURCES, [names, sources.map(({ dialect }) => dialect), hosts]);
  const found = await catalog.pool.query<{ name: string; id: number }>(
    'SELECT name, id FROM source WHERE name = ANY ($1::text[])',
    [names],
  );
  return new Map(found.rows.map(({ name, id }) => [name, id]));
}
