import type { Sql } from '../open-catalog.js';

/** Names of media types by their ids. */
export type MediaTypes = ReadonlyMap<number, string>;

const FRESH = { name: 'media-types.fresh', text: 'SELECT id, name FROM media_type WHERE id <> ALL ($1::int[])' };

/** What was read over each pool or connection. A name never changes under its id, and no id is given twice. */
const known = new WeakMap<Sql, Map<number, string>>();

/** Every media type there is, in one statement that reads new ones only: one is never missed. */
export async function findMediaTypes(db: Sql): Promise<MediaTypes> {
  const types = known.get(db) ?? new Map<number, string>();
  known.set(db, types);
  const { rows } = await db.query<{ id: number; name: string }>({ ...FRESH, values: [[...types.keys()]] });
  for (const { id, name } of rows) types.set(id, name);
  return types;
}
