import { formatPlatformName, type Platform } from '@strata/oci';
import type { Catalog } from '../open-catalog.js';
import { dictionaryIds, type Ids } from './dictionary-ids.js';

const memories = new WeakMap<Catalog, Map<string, number>>();

const STATEMENTS = {
  find: 'SELECT name, id FROM platform WHERE name = ANY($1::text[])',
  add: `INSERT INTO platform (name, os, architecture, variant, os_version, os_features)
        SELECT p.name, p.os, p.architecture, p.variant, p.os_version,
               ARRAY(SELECT jsonb_array_elements_text(p.os_features))
          FROM jsonb_to_recordset($1::jsonb)
            AS p(name text, os text, architecture text, variant text, os_version text, os_features jsonb)
        ON CONFLICT DO NOTHING`,
};

/** Ids of platforms, by canonical name. */
export async function platformIds(catalog: Catalog, platforms: Iterable<Platform>): Promise<Ids> {
  const memory = memories.get(catalog) ?? new Map<string, number>();
  memories.set(catalog, memory);
  const byName = new Map([...platforms].map((platform) => [formatPlatformName(platform), platform]));
  return dictionaryIds(catalog, memory, byName.keys(), STATEMENTS, (fresh) => [
    JSON.stringify(fresh.map((name) => rowOf(name, byName.get(name)))),
  ]);
}

function rowOf(name: string, platform: Platform | undefined) {
  return {
    name,
    os: platform?.os,
    architecture: platform?.architecture,
    variant: platform?.variant,
    os_version: platform?.osVersion,
    os_features: platform?.osFeatures,
  };
}
