import { sql } from '../../filter/sql.js';
import type { IdSet, RowId } from './id-set.js';
import type { PlacedSet } from './placed-set.js';
import { readIds, type SweepReading } from './read-ids.js';

/** Which index lists which manifest, pair by pair. */
export interface Containment {
  readonly parents: readonly RowId[];
  readonly children: readonly RowId[];
}

/** One look at the whole catalog: what several questions need of it is read once. */
export interface Sweep extends SweepReading {
  containment(): Promise<Containment>;
}

/** Begins one, which reads nothing yet. */
export function openSweep(reading: SweepReading): Sweep {
  let known: Promise<Containment> | null = null;
  return { ...reading, containment: () => (known ??= readContainment(reading)) };
}

/** Reads every pair that is known on both sides. */
async function readContainment(reading: SweepReading): Promise<Containment> {
  const parents: RowId[] = [];
  const children: RowId[] = [];
  await readIds(
    reading,
    sql`SELECT entry.manifest_id, child.id FROM index_entry AS entry JOIN manifest AS child ON child.digest = entry.child_digest`,
    (parent, child) => {
      parents.push(parent);
      children.push(child);
    },
  );
  return { parents, children };
}

/** Adds every index that lists one of the set, at any depth: as `reaching` does in SQL. */
export function addParents(set: IdSet, containment: Containment): void {
  untilNoneIsAdded(containment, (parent, child) => {
    if (!set.has(child) || set.has(parent)) return false;
    set.add(parent);
    return true;
  });
}

/** The same for pairs, which keep their repository: as `reachingPlaced` does. */
export function addPlacedParents(set: PlacedSet, containment: Containment): void {
  untilNoneIsAdded(containment, (parent, child) => set.spread(child, parent));
}

/** Once for each level of indexes in indexes, and once more. */
function untilNoneIsAdded({ parents, children }: Containment, add: (parent: RowId, child: RowId) => boolean): void {
  for (let isMore = true; isMore;) {
    isMore = false;
    for (let pair = 0; pair < parents.length; pair += 1)
      if (add(parents[pair] ?? 0, children[pair] ?? 0)) isMore = true;
  }
}
