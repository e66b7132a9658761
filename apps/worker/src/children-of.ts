import {
  countDerived,
  findUnplaced,
  type ClaimedEvent,
  type DerivedWork,
  type EventEnd,
  type Placement,
  type Sql,
  type Unplaced,
} from '@strata/catalog';
import { CEILINGS, formatOfMediaType } from '@strata/oci';

/** The work that the indexes of one event call for, or why they may not call for it. */
export interface Children {
  readonly children: readonly DerivedWork[];
  /** Set when the event goes deeper or wider than one event may; the indexes themselves are kept all the same. */
  readonly excess: EventEnd | null;
}

/** Manifests that one event has brought, or is about, and where they are. */
export interface Brought {
  readonly event: ClaimedEvent;
  readonly repository: string;
  readonly placements: readonly Placement[];
}

/**
 * What the indexes among the manifests list and their repository is not known to hold: each becomes work of its own.
 * Must run before the indexes are settled (`findUnplaced` says why).
 */
export async function childrenOf<Key extends Brought>(
  sql: Sql,
  brought: readonly Key[],
): Promise<ReadonlyMap<Key, Children>> {
  const placements = brought.flatMap((one) => one.placements);
  const unplaced = await findUnplaced(sql, placements, CEILINGS.indexDepth + 1);
  const children = new Map<Key, Children>();
  for (const one of brought) {
    const listed = unplaced.filter(({ mediaType }) => formatOfMediaType(mediaType) !== null).filter(listedBy(one));
    if (listed.length > 0) children.set(one, await allowed(sql, one, listed));
  }
  return children;
}

function listedBy({ placements }: Brought): (unplaced: Unplaced) => boolean {
  return ({ repositoryId, manifestId }) =>
    placements.some((placement) => placement.repositoryId === repositoryId && placement.manifestId === manifestId);
}

async function allowed(sql: Sql, { event, repository }: Brought, listed: readonly Unplaced[]): Promise<Children> {
  const near = listed.filter(({ level }) => event.depth + level <= CEILINGS.indexDepth);
  const levels = new Map(near.map(({ digest, level }) => [digest, level]));
  const excess = near.length < listed.length ? TOO_DEEP : null;
  const total = (await countDerived(sql, event.rootId, [...levels.keys()])) + levels.size;
  if (total > CEILINGS.manifestsPerRoot) return { children: [], excess: tooMany(total) };
  const children = [...levels].map(([digest, level]) => ({
    work: 'manifest' as const,
    action: 'child' as const,
    repository,
    tag: null,
    digest,
    depth: event.depth + level,
    looks: 0,
    delayMs: 0,
  }));
  return { children, excess };
}

const TOO_DEEP: EventEnd = {
  state: 'quarantined',
  reason: 'DEPTH',
  detail: `indexes are followed ${CEILINGS.indexDepth} deep; what the next one lists is not fetched`,
};

function tooMany(total: number): EventEnd {
  const detail = `one event leads to at most ${CEILINGS.manifestsPerRoot} manifests; this one would lead to ${total}`;
  return { state: 'quarantined', reason: 'FANOUT', detail };
}
