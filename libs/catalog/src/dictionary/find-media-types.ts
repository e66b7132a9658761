import type { Sql } from '../open-catalog.js';
import { rememberById } from './remember-by-id.js';

/** Names of media types by their ids. */
export type MediaTypes = ReadonlyMap<number, string>;

const FRESH = { name: 'media-types.fresh', text: 'SELECT id, name FROM media_type WHERE id <> ALL ($1::int[])' };

const mediaTypes = rememberById<string>(async (db, knownIds) => {
  const { rows } = await db.query<{ id: number; name: string }>({ ...FRESH, values: [knownIds] });
  return rows.map(({ id, name }) => [id, name] as const);
});

/** Every media type there is, in one statement that reads new ones only: one is never missed. */
export function findMediaTypes(db: Sql): Promise<MediaTypes> {
  return mediaTypes.all(db);
}
