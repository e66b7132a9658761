import {
  addCrawlWork,
  advanceCrawl,
  countAbsences,
  countScopedManifests,
  countScopedTags,
  inTransaction,
  takeAbsences,
  type CrawlWork,
} from '@strata/catalog';
import { isDigest } from '@strata/oci';
import type { Walk } from './crawl-tools.js';
import type { Cursor } from './cursor.js';
import { MAX_OBJECTS, removesTooMuch } from './removes-too-much.js';

/** What a crawl that removes too much asks, or null when it may remove what it found gone. */
export async function questionOf({ crawl, tools: { catalog } }: Walk, cursor: Cursor): Promise<string | null> {
  if (crawl.confirmed) return null;
  const gone = await countAbsences(catalog.pool, crawl);
  if (gone.tags + gone.manifests === 0) return null;
  const isSample = cursor.sampleOneIn !== null;
  const oneIn = cursor.sampleOneIn ?? 1;
  const known = {
    tags: (await countScopedTags(catalog.pool, crawl)) / oneIn,
    manifests: await countScopedManifests(catalog.pool, crawl),
  };
  const atMost = MAX_OBJECTS / oneIn;
  const isTooMuch =
    removesTooMuch({ gone: gone.tags, known: known.tags }, atMost) ||
    removesTooMuch({ gone: gone.manifests, known: known.manifests }, atMost);
  if (!isTooMuch) return null;
  const found = `the registry says that ${gone.tags} of ${Math.round(known.tags)} tags and ${gone.manifests} of ${known.manifests} manifests are gone`;
  if (isSample) return `${found}; a crawl of everything will tell`;
  const which = crawl.repository === null ? crawl.source : `${crawl.source} ${crawl.repository}`;
  return `${found}; nothing was removed, and samples wait for an answer. If that is right: strata crawl ${which} --confirm`;
}

/** So many absences become work in one transaction. */
const AT_ONCE = 500;

/**
 * Hands what was found gone to the steps of any deletion, which ask the registry once more for each. Returns false when
 * there was nothing left.
 */
export async function removeAbsences(walk: Walk, cursor: Cursor): Promise<boolean> {
  const { crawl, tools } = walk;
  const removed = await inTransaction(tools.catalog, async (sql) => {
    const taken = await takeAbsences(sql, crawl, AT_ONCE);
    await advanceCrawl(sql, crawl, { cursor, seen: 0, repaired: 0, removed: taken.length, expected: 0 });
    await addCrawlWork(sql, crawl, taken.map(deletionOf));
    return taken.length;
  });
  walk.count({ seen: 0, repaired: 0, removed });
  return removed > 0;
}

function deletionOf({ repository, reference }: { readonly repository: string; readonly reference: string }): CrawlWork {
  return isDigest(reference)
    ? { work: 'manifest_deletion', repository, tag: null, digest: reference }
    : { work: 'tag_deletion', repository, tag: reference, digest: null };
}
