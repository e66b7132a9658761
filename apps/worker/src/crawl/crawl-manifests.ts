import {
  advanceCrawl,
  findUnverifiedManifests,
  inTransaction,
  recordAbsences,
  writeAskedManifests,
} from '@strata/catalog';
import type { Walk } from './crawl-tools.js';
import type { Cursor } from './cursor.js';
import { LOT_SIZE } from './list-lots.js';
import { mapBounded } from './map-bounded.js';

/**
 * Asks by digest for manifests that no tag points at, children of indexes and what has lost its tag: nothing lists them.
 * Those that were not asked for the longest come first, at most as many as the budget of a crawl allows, so that
 * every one has its turn within a few crawls. Returns how many it has asked for; 0 when there is none left.
 */
export async function crawlManifests(
  walk: Walk,
  {
    cursor,
    limit,
    besides,
  }: {
    readonly cursor: (asked: number, unanswered: number) => Cursor;
    readonly limit: number;
    readonly besides: readonly string[];
  },
): Promise<number> {
  const { crawl, tools, registry, ask, concurrency } = walk;
  const manifests = await findUnverifiedManifests(tools.catalog.pool, crawl, {
    besides,
    limit: Math.min(limit, LOT_SIZE),
  });
  if (manifests.length === 0) return 0;
  const asked = await mapBounded(manifests, concurrency, async (manifest) => ({
    manifest,
    told: await ask(() => registry.holdsManifest(manifest.repository, manifest.digest, tools.stopping)),
  }));
  const answered = asked.flatMap(({ manifest, told }) =>
    told.kind === 'answer' ? [{ ...manifest, isThere: told.value }] : [],
  );
  const refused = asked.flatMap(({ manifest, told }) =>
    told.kind === 'refusal' ? [{ ...manifest, isThere: false }] : [],
  );
  const absent = answered.filter(({ isThere }) => !isThere);
  await inTransaction(tools.catalog, async (sql) => {
    await advanceCrawl(sql, crawl, {
      cursor: cursor(manifests.length, refused.length),
      ...{ seen: answered.length, repaired: 0, removed: 0 },
      expected: walk.tally().seen + answered.length,
    });
    await writeAskedManifests(sql, [...answered, ...refused], tools.now());
    await recordAbsences(
      sql,
      crawl,
      absent.map(({ repositoryId, digest }) => ({ repositoryId, reference: digest })),
    );
  });
  walk.count({ seen: answered.length, repaired: 0, removed: 0 });
  return manifests.length;
}
