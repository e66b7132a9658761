import type { Sql } from '../open-catalog.js';

const FIND = `
  SELECT id, members FROM platform_set
   WHERE members = ANY(SELECT ARRAY(SELECT jsonb_array_elements_text(wanted)::int) FROM jsonb_array_elements($1::jsonb) AS wanted)`;

const ADD = `
  INSERT INTO platform_set (members)
  SELECT members FROM (
    SELECT ARRAY(SELECT jsonb_array_elements_text(wanted)::int) AS members FROM jsonb_array_elements($1::jsonb) AS wanted
  ) AS fresh ORDER BY members
  ON CONFLICT (members) DO NOTHING`;

/** The id of each set of platform ids, added where it is new. Repeats and order of the members do not matter. */
export async function platformSetIds(sql: Sql, sets: readonly (readonly number[])[]): Promise<readonly number[]> {
  const canonical = sets.map((members) => [...new Set(members)].sort((a, b) => a - b));
  const wanted = new Map(canonical.map((members) => [keyOf(members), members]));
  const known = await find(sql, [...wanted.values()]);
  const fresh = [...wanted.values()].filter((members) => !known.has(keyOf(members)));
  if (fresh.length > 0) {
    await sql.query(ADD, [JSON.stringify(fresh)]);
    for (const [key, id] of await find(sql, fresh)) known.set(key, id);
  }
  return canonical.map((members) => {
    const id = known.get(keyOf(members));
    if (id === undefined) throw new Error(`no id for the platform set ${keyOf(members)}`);
    return id;
  });
}

async function find(sql: Sql, sets: readonly (readonly number[])[]): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ id: number; members: number[] }>(FIND, [JSON.stringify(sets)]);
  return new Map(rows.map(({ id, members }) => [keyOf(members), id]));
}

function keyOf(members: readonly number[]): string {
  return members.join(',');
}
