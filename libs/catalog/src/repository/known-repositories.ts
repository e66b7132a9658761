import type { Catalog } from '../open-catalog.js';

/** A repository's row and the name of its registry. */
export interface RepositoryRow {
  readonly id: bigint;
  readonly registryHost: string;
}

const FIND = `
  SELECT repository.id, registry.host
    FROM source
    JOIN registry ON registry.id = source.registry_id
    JOIN repository ON repository.registry_id = registry.id AND repository.name = $2
   WHERE source.id = $1`;

const ADD = `
  INSERT INTO repository (registry_id, name, updated_at) SELECT registry_id, $2, $3 FROM source WHERE id = $1
  ON CONFLICT (registry_id, name) DO NOTHING`;

/** Rows never change once committed, so each process remembers this many. */
const REMEMBERED = 10_000;

const memories = new WeakMap<Catalog, Map<string, RepositoryRow>>();

/** The row of a repository at a source's registry, added where it is new; `at` is then when it was last updated. */
export async function ensureRepository(
  catalog: Catalog,
  sourceId: number,
  name: string,
  at: Date,
): Promise<RepositoryRow> {
  const known = await findRepositoryRow(catalog, sourceId, name);
  if (known !== null) return known;
  await catalog.pool.query(ADD, [sourceId, name, at]);
  const added = await findRepositoryRow(catalog, sourceId, name);
  if (added === null) throw new Error(`source ${sourceId} has gone`);
  return added;
}

/** The row of a repository at a source's registry; null where nothing was ever seen of it. */
export async function findRepositoryRow(
  catalog: Catalog,
  sourceId: number,
  name: string,
): Promise<RepositoryRow | null> {
  const memory = memories.get(catalog) ?? new Map<string, RepositoryRow>();
  memories.set(catalog, memory);
  const key = `${sourceId}/${name}`;
  const remembered = memory.get(key);
  if (remembered !== undefined) return remembered;
  const { rows } = await catalog.pool.query<{ id: bigint; host: string }>(FIND, [sourceId, name]);
  const [row] = rows;
  if (row === undefined) return null;
  const found = { id: row.id, registryHost: row.host };
  if (memory.size >= REMEMBERED) memory.clear();
  memory.set(key, found);
  return found;
}
