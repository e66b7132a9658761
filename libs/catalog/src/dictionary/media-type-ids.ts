import type { Catalog } from '../open-catalog.js';
import { dictionaryIds, type Ids } from './dictionary-ids.js';

const memories = new WeakMap<Catalog, Map<string, number>>();

const STATEMENTS = {
  find: 'SELECT name, id FROM media_type WHERE name = ANY($1::text[])',
  add: 'INSERT INTO media_type (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
};

/** Ids of media types and artifact types. */
export async function mediaTypeIds(catalog: Catalog, names: Iterable<string>): Promise<Ids> {
  const memory = memories.get(catalog) ?? new Map<string, number>();
  memories.set(catalog, memory);
  return dictionaryIds(catalog, memory, names, STATEMENTS, (fresh) => [fresh]);
}
