import {
  digestToBytes,
  ensureRepository,
  inTransaction,
  placeManifests,
  readKnown,
  readVocabulary,
  recordSources,
  settleIndexes,
  writeManifests,
  writeTags,
  type Catalog,
} from '@strata/catalog';
import { toWrite } from '@strata/catalog/testing';
import type { Digest } from '@strata/oci';
import { manifestsOf, type ManifestFixture } from '@strata/oci/testing';

/** What a test puts into the catalog, as the worker would after a push. */
export interface Push {
  readonly registry: string;
  readonly repository: string;
  /** Null: by digest only. */
  readonly tag: string | null;
  readonly manifest: ManifestFixture;
  readonly at: Date;
  /** Children that the registry does not have. */
  readonly without?: readonly Digest[];
  readonly actor?: string;
}

/** Writes a push through the writers of the catalog, so that reading is tested against what is really written. */
export async function push(catalog: Catalog, { manifest, without = [], ...where }: Push): Promise<void> {
  const documents = manifestsOf(manifest).filter(({ digest }) => !without.includes(digest));
  const wanted = documents.map(toWrite);
  const { repositoryId } = await place(catalog, where);
  const vocabulary = await readVocabulary(catalog, wanted);
  await inTransaction(catalog, async (sql) => {
    const sighting = { at: where.at, via: 'event' } as const;
    const written = await writeManifests(sql, vocabulary, sighting, wanted);
    const ids = [...written.values()].map(({ id }) => id);
    await placeManifests(
      sql,
      sighting,
      ids.map((manifestId) => ({ repositoryId, manifestId })),
    );
    await settleIndexes(sql, ids);
  });
  if (where.tag !== null) await observe(catalog, { ...where, tag: where.tag }, manifest.digest);
}

/** Writes that a tag now points elsewhere; null for deleted. */
export async function observe(
  catalog: Catalog,
  where: Pick<Push, 'registry' | 'repository' | 'at' | 'actor'> & { readonly tag: string },
  digest: Digest | null,
): Promise<void> {
  const { repositoryId } = await place(catalog, where);
  const { rows } = await catalog.pool.query<{ id: bigint }>('SELECT id FROM manifest WHERE digest = $1', [
    digest === null ? null : digestToBytes(digest),
  ]);
  const [known] = await readKnown(catalog.pool, [{ repositoryId, tag: where.tag, digests: [] }]);
  await inTransaction(catalog, (sql) =>
    writeTags(sql, [
      {
        repositoryId,
        registryHost: where.registry,
        repository: where.repository,
        tag: where.tag,
        version: known?.tagVersion ?? 0,
        manifestId: rows[0]?.id ?? null,
        observedAt: where.at,
        pushedAt: null,
        actor: where.actor ?? null,
        via: 'event',
      },
    ]),
  );
}

async function place(
  catalog: Catalog,
  { registry, repository, at }: Pick<Push, 'registry' | 'repository' | 'at'>,
): Promise<{ readonly repositoryId: bigint }> {
  const name = `source-of-${registry}`;
  const sources = await recordSources(catalog, [{ name, dialect: 'distribution', registryHost: registry }]);
  const { id } = await ensureRepository(catalog, sources.get(name) ?? 0, repository, at);
  return { repositoryId: id };
}
