import type { Catalog } from '../open-catalog.js';

/** Names to the small ids that stand for them. */
export type Ids = ReadonlyMap<string, number>;

/** Ids never change once committed, so each process remembers them, up to this many. */
const REMEMBERED = 20_000;

/**
 * Gives each name its id, adding those that are new. Runs outside of any transaction: a name without a user does
 * no harm, and a remembered id must be one that was committed. `known` is the caller's memory of one dictionary.
 */
export async function dictionaryIds(
  catalog: Catalog,
  known: Map<string, number>,
  names: Iterable<string>,
  statements: { readonly add: string; readonly find: string },
  parametersOf: (names: readonly string[]) => unknown[],
): Promise<Ids> {
  const wanted = [...new Set(names)].sort();
  const missing = wanted.filter((name) => !known.has(name));
  if (missing.length > 0) {
    if (known.size > REMEMBERED) known.clear();
    await remember(catalog, known, missing, statements.find);
    const fresh = missing.filter((name) => !known.has(name));
    if (fresh.length > 0) {
      await catalog.pool.query(statements.add, parametersOf(fresh));
      await remember(catalog, known, fresh, statements.find);
    }
  }
  return new Map(wanted.map((name) => [name, idOf(known, name)]));
}

async function remember(
  catalog: Catalog,
  known: Map<string, number>,
  names: readonly string[],
  find: string,
): Promise<void> {
  const { rows } = await catalog.pool.query<{ name: string; id: number }>(find, [names]);
  for (const { name, id } of rows) known.set(name, id);
}

/** The id of a name that was looked up before; a missing one is a bug. */
export function idOf(ids: Ids, name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`no id for ${JSON.stringify(name)}`);
  return id;
}
