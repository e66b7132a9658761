import {
  digestFromBytes,
  findContents,
  findRepositoryRow,
  findTagsOn,
  readPlacementVersion,
  type ClaimedEvent,
  type DerivedWork,
  type EventOutcome,
} from '@strata/catalog';
import type { Digest } from '@strata/oci';
import type { Registry } from '@strata/registry-client';
import { nothingBut, type Discovery } from './discovery.js';
import { nextLookMs } from './look-again.js';
import { fetchOrNull } from './observe-manifests.js';
import type { Tools } from './tools.js';

const DONE = { kind: 'end', end: { state: 'done', reason: null } } as const;

/** How often what is gone is asked for again. */
const LOOKS_AT_DELETION = 2;

/**
 * A manifest that is said to be gone: it is only when the registry, asked by digest, says so; its tags are then
 * observed. What is gone is asked for again, twice: a push between the answer and our commit was handled as that of a
 * manifest known to be there, and somebody slower may be about to write what he saw before the delete.
 */
export async function findManifestDeletion(
  event: ClaimedEvent & { readonly repository: string; readonly digest: Digest },
  registry: Registry,
  tools: Tools,
): Promise<Discovery> {
  const { repository, digest } = event;
  const nothing = nothingBut(repository, DONE);
  const row = await findRepositoryRow(tools.catalog, event.sourceId, repository);
  if (row === null) return nothing;
  const version = await readPlacementVersion(tools.catalog.pool, row.id, digest);
  const found = await fetchOrNull(registry, repository, digest, tools);
  if (found !== null) return { ...nothing, manifests: [found] };
  const tags = await findTagsOn(tools.catalog.pool, row.id, digest);
  const delayMs = event.looks < LOOKS_AT_DELETION ? nextLookMs(event.looks) : null;
  return {
    ...nothing,
    ...(delayMs !== null && { outcome: lookAgain(event, delayMs) }),
    gone: version === null ? null : { digest, version },
    derived: tags.map((tag) => observation(event, 'tag_deletion', { tag, digest: null })),
  };
}

/** A repository that is said to be gone: everything that it was known to hold is looked at, one by one. */
export async function findRepositoryDeletion(
  event: ClaimedEvent & { readonly repository: string },
  { catalog }: Pick<Tools, 'catalog'>,
): Promise<Discovery> {
  const nothing = nothingBut(event.repository, DONE);
  const row = await findRepositoryRow(catalog, event.sourceId, event.repository);
  if (row === null) return nothing;
  const { tags, manifests } = await findContents(catalog.pool, row.id);
  return {
    ...nothing,
    derived: [
      ...tags.map((tag) => observation(event, 'tag_deletion', { tag, digest: null })),
      ...manifests.map((bytes) =>
        observation(event, 'manifest_deletion', { tag: null, digest: digestFromBytes(bytes) }),
      ),
    ],
  };
}

function lookAgain({ looks }: ClaimedEvent, delayMs: number): EventOutcome {
  return { kind: 'again', delay: { delayMs, attempts: 0, looks: looks + 1, reason: 'LOOK_AGAIN' } };
}

function observation(
  { depth, repository }: ClaimedEvent & { readonly repository: string },
  work: DerivedWork['work'],
  what: Pick<DerivedWork, 'tag' | 'digest'>,
): DerivedWork {
  return { ...what, work, action: 'observe', repository, depth, looks: 0, delayMs: 0 };
}
