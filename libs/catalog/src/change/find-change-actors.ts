import type { Sql } from '../open-catalog.js';
import type { ChangeRow } from './tell-changes.js';

const FIND = `
  SELECT asked.place, made.actor
    FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS asked (tag_id, at, place)
    JOIN tag_interval AS made ON made.tag_id = asked.tag_id AND made.from_at = asked.at
   WHERE made.actor IS NOT NULL`;

/** Who made each of these changes, as the registry's event named them; null where nobody did. In the order asked. */
export async function findChangeActors(
  db: Sql,
  changes: readonly Pick<ChangeRow, 'tagId' | 'at'>[],
): Promise<readonly (string | null)[]> {
  if (changes.length === 0) return [];
  const { rows } = await db.query<{ place: bigint; actor: string }>(FIND, [
    changes.map(({ tagId }) => tagId),
    changes.map(({ at }) => at),
  ]);
  const byPlace = new Map(rows.map(({ place, actor }) => [Number(place), actor]));
  return changes.map((_, index) => byPlace.get(index + 1) ?? null);
}
