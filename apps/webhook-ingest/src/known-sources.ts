import { recordSources, type Catalog, type ConfiguredSource } from '@strata/catalog';

/**
 * Finds the row of each configured source, writing them all on first use. A failure is tried again by the next call,
 * so the process can start while the database is away.
 */
export function createKnownSources(
  catalog: Pick<Catalog, 'pool'>,
  sources: readonly ConfiguredSource[],
): (name: string) => Promise<number> {
  let ids: Promise<ReadonlyMap<string, number>> | undefined;
  return async (name) => {
    ids ??= recordSources(catalog, sources).catch((error: unknown) => {
      ids = undefined;
      throw error;
    });
    const id = (await ids).get(name);
    if (id === undefined) throw new Error(`the source ${name} is not among the configured ones`);
    return id;
  };
}
