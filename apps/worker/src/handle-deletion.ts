import {
  closePlacement,
  deriveEvents,
  digestFromBytes,
  endEvent,
  findContents,
  findRepositoryRow,
  findTagsOn,
  inTransaction,
  type ClaimedEvent,
  type DerivedWork,
} from '@strata/catalog';
import type { Digest } from '@strata/oci';
import type { Registry } from '@strata/registry-client';
import { catalogFindings } from './catalog-work.js';
import { fetchOrNull } from './observe-manifest.js';
import type { Tools } from './tools.js';

const DONE = { state: 'done', reason: null } as const;

/** A manifest that is said to be gone: it is only when the registry, asked by digest, says so; its tags are then observed. */
export async function handleManifestDeletion(
  event: ClaimedEvent & { readonly repository: string; readonly digest: Digest },
  registry: Registry,
  tools: Tools,
): Promise<void> {
  const { repository, digest } = event;
  const row = await findRepositoryRow(tools.catalog, event.sourceId, repository);
  if (row === null) return endEvent(tools.catalog.pool, event, DONE);
  const found = await fetchOrNull(registry, repository, digest, tools);
  if (found !== null) {
    const outcome = { kind: 'end', end: DONE } as const;
    return catalogFindings(event, { repository, manifests: [found], known: new Map(), tag: null, derived: [], outcome }, tools);
  }
  await inTransaction(tools.catalog, async (sql) => {
    await closePlacement(sql, row.id, digest, tools.now());
    const tags = await findTagsOn(sql, row.id, digest);
    await deriveEvents(sql, event, tags.map((tag) => observation(event, 'tag_deletion', { tag, digest: null })));
    await endEvent(sql, event, DONE);
  });
}

/** A repository that is said to be gone: everything that it was known to hold is looked at, one by one. */
export async function handleRepositoryDeletion(
  event: ClaimedEvent & { readonly repository: string },
  tools: Pick<Tools, 'catalog'>,
): Promise<void> {
  const row = await findRepositoryRow(tools.catalog, event.sourceId, event.repository);
  if (row === null) return endEvent(tools.catalog.pool, event, DONE);
  await inTransaction(tools.catalog, async (sql) => {
    const { tags, manifests } = await findContents(sql, row.id);
    await deriveEvents(sql, event, [
      ...tags.map((tag) => observation(event, 'tag_deletion', { tag, digest: null })),
      ...manifests.map((bytes) => observation(event, 'manifest_deletion', { tag: null, digest: digestFromBytes(bytes) })),
    ]);
    await endEvent(sql, event, DONE);
  });
}

function observation(
  { depth, repository }: ClaimedEvent & { readonly repository: string },
  work: DerivedWork['work'],
  what: Pick<DerivedWork, 'tag' | 'digest'>,
): DerivedWork {
  return { ...what, work, action: 'observe', repository, depth, looks: 0, delayMs: 0 };
}
