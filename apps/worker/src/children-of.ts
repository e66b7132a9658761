import { countDerived, readKnown, type ClaimedEvent, type DerivedWork, type EventEnd, type Sql } from '@strata/catalog';
import { CEILINGS, formatOfMediaType, type Digest } from '@strata/oci';
import type { Findings } from './findings.js';

/** The work that an index calls for, or why it may not call for it. */
export interface Children {
  readonly children: readonly DerivedWork[];
  /** Set when the event goes deeper or wider than one event may; the index itself is kept all the same. */
  readonly excess: EventEnd | null;
}

/** Of anything but an index. */
export const NO_CHILDREN: Children = { children: [], excess: null };

/** The children of the indexes just written that this repository is not known to hold: each becomes work of its own. */
export async function childrenOf(
  sql: Sql,
  event: ClaimedEvent,
  repositoryId: bigint,
  { manifests, repository }: Findings,
): Promise<Children> {
  const listed = [...new Set(manifests.flatMap(listedIn))];
  if (listed.length === 0) return NO_CHILDREN;
  const { placed } = await readKnown(sql, repositoryId, { tag: null, digests: listed });
  const missing = listed.filter((digest) => !placed.has(digest));
  if (missing.length === 0) return NO_CHILDREN;
  const excess = await excessOf(sql, event, missing.length);
  if (excess !== null) return { children: [], excess };
  const children = missing.map((digest) => ({
    work: 'manifest' as const,
    action: 'child' as const,
    repository,
    tag: null,
    digest,
    depth: event.depth + 1,
    looks: 0,
    delayMs: 0,
  }));
  return { children, excess: null };
}

function listedIn(written: Findings['manifests'][number]): readonly Digest[] {
  if (written.status === 'invalid' || written.manifest.kind !== 'index') return [];
  return written.manifest.entries
    .filter(({ descriptor }) => formatOfMediaType(descriptor.mediaType) !== null)
    .map(({ descriptor }) => descriptor.digest);
}

async function excessOf(sql: Sql, { depth, rootId }: ClaimedEvent, more: number): Promise<EventEnd | null> {
  if (depth + 1 >= CEILINGS.indexDepth) {
    const detail = `indexes are followed ${CEILINGS.indexDepth} deep; what this one lists is not fetched`;
    return { state: 'quarantined', reason: 'DEPTH', detail };
  }
  const total = (await countDerived(sql, rootId)) + more;
  if (total <= CEILINGS.manifestsPerRoot) return null;
  const detail = `one event leads to at most ${CEILINGS.manifestsPerRoot} manifests; this one would lead to ${total}`;
  return { state: 'quarantined', reason: 'FANOUT', detail };
}
