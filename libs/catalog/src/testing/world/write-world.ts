import { readKnown } from '../../image/read-known.js';
import { placeManifests } from '../../image/place-manifests.js';
import { settleIndexes } from '../../image/settle-indexes.js';
import { readVocabulary, writeManifests } from '../../image/write-manifests.js';
import { inTransaction, type Catalog } from '../../open-catalog.js';
import { closePlacements, readPlacementVersion } from '../../repository/close-placement.js';
import { ensureRepository } from '../../repository/known-repositories.js';
import { recordSources } from '../../source/record-sources.js';
import { writeTags } from '../../tag/write-tags.js';
import { digestToBytes } from '../../digest-bytes.js';
import { toWrite } from '../to-write.js';
import { WORLD_WORDS, type World, type WorldStep } from './build-world.js';

/** Writes a world into an empty catalog, step by step, with the functions that the worker uses. */
export async function writeWorld(catalog: Catalog, world: World): Promise<void> {
  const write = await openWorld(catalog, world);
  for (const step of world.steps) await write(step);
}

/** Writes what stands before the steps of a world, and gives the function that writes a step, one after the other. */
export async function openWorld(catalog: Catalog, world: World): Promise<(step: WorldStep) => Promise<void>> {
  const sources = await recordSources(
    catalog,
    WORLD_WORDS.registries.map((host) => ({ name: host, dialect: 'distribution', registryHost: host })),
  );
  for (const { registry, name } of world.repositories)
    await ensureRepository(catalog, sources.get(registry) ?? 0, name, new Date(0));
  return async (step) => {
    const { registry, name } = step.repository;
    const { id } = await ensureRepository(catalog, sources.get(registry) ?? 0, name, step.at);
    await writeStep(catalog, id, step);
  };
}

async function writeStep(catalog: Catalog, repositoryId: bigint, step: WorldStep): Promise<void> {
  const sighting = { at: step.at, via: 'event' } as const;
  switch (step.kind) {
    case 'hold': {
      const wanted = step.manifests.map(toWrite);
      const vocabulary = await readVocabulary(catalog, wanted);
      return inTransaction(catalog, async (sql) => {
        const ids = [...(await writeManifests(sql, vocabulary, sighting, wanted)).values()].map(({ id }) => id);
        await placeManifests(
          sql,
          sighting,
          ids.map((manifestId) => ({ repositoryId, manifestId })),
        );
        await settleIndexes(sql, ids);
      });
    }
    case 'tag': {
      const { repository, tag, target, at: observedAt, pushedAt } = step;
      const [known] = await readKnown(catalog.pool, [{ repositoryId, tag, digests: [] }]);
      const { rows } = await catalog.pool.query<{ id: bigint }>('SELECT id FROM manifest WHERE digest = $1', [
        target === null ? null : digestToBytes(target.digest),
      ]);
      const manifestId = rows[0]?.id ?? null;
      await inTransaction(catalog, async (sql) => {
        await settleIndexes(sql, [], manifestId === null ? [] : [manifestId]);
        const where = { repositoryId, registryHost: repository.registry, repository: repository.name, tag };
        const what = {
          version: known?.tagVersion ?? 0,
          manifestId,
          observedAt,
          pushedAt,
          actor: null,
          via: 'event',
        } as const;
        await writeTags(sql, [{ ...where, ...what }]);
      });
      return;
    }
    case 'gone': {
      const { digest } = step.manifest;
      const version = await readPlacementVersion(catalog.pool, repositoryId, digest);
      if (version !== null) await closePlacements(catalog.pool, [{ repositoryId, digest, version }], step.at);
    }
  }
}
