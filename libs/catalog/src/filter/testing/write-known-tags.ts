import { digestToBytes } from '../../digest-bytes.js';
import type { Catalog } from '../../open-catalog.js';
import type { KnownTag } from './known-tag.js';
import { FORMATS, knownTags, LAYERS, REGISTRIES, SETS } from './known-tags.js';
import { platformOf } from './tag-matches.js';

/** Writes the tags, and beside each a deleted one that no question may find. */
export async function writeKnownTags({ pool }: Catalog): Promise<void> {
  const idsOf = async (
    table: string,
    column: string,
    values: readonly string[],
  ): Promise<ReadonlyMap<string, number>> => {
    const found = await pool.query<{ id: number; word: string }>(
      `INSERT INTO ${table} (${column}) SELECT DISTINCT * FROM unnest($1::text[]) RETURNING id, ${column} AS word`,
      [values],
    );
    return new Map(found.rows.map(({ id, word }) => [word, id]));
  };
  const registries = await idsOf('registry', 'host', REGISTRIES);
  const mediaTypes = await idsOf('media_type', 'name', FORMATS);
  const platforms = new Map<string, number>();
  for (const name of new Set(SETS.flat())) {
    const { os, architecture, variant, osVersion } = platformOf(name);
    const { rows } = await pool.query<{ id: number }>(
      'INSERT INTO platform (name, os, architecture, variant, os_version) VALUES ($1, $2, $3, $4, $5) RETURNING id',
      [name, os, architecture, variant, osVersion],
    );
    platforms.set(name, rows[0]?.id ?? 0);
  }
  for (const layer of LAYERS) {
    await pool.query('INSERT INTO layer (digest, media_type_id, size_bytes) VALUES ($1, $2, 1)', [
      digestToBytes(layer),
      mediaTypes.get('oci_image'),
    ]);
  }
  for (const tag of knownTags) await insert(pool, tag, { registries, mediaTypes, platforms });
}

async function insert(
  pool: Catalog['pool'],
  tag: KnownTag,
  ids: {
    readonly registries: ReadonlyMap<string, number>;
    readonly mediaTypes: ReadonlyMap<string, number>;
    readonly platforms: ReadonlyMap<string, number>;
  },
): Promise<void> {
  const one = async (text: string, values: unknown[]): Promise<bigint> =>
    (await pool.query<{ id: bigint }>(text, values)).rows[0]?.id ?? 0n;
  const members = tag.platforms.map((name) => ids.platforms.get(name) ?? 0).sort((a, b) => a - b);
  const set = await one(
    'INSERT INTO platform_set (members) VALUES ($1) ON CONFLICT (members) DO UPDATE SET members = excluded.members RETURNING id',
    [members],
  );
  const repository = await one(
    'INSERT INTO repository (registry_id, name) VALUES ($1, $2) ON CONFLICT (registry_id, name) DO UPDATE SET name = excluded.name RETURNING id',
    [ids.registries.get(tag.registry), tag.repository],
  );
  const manifest = await one(
    `INSERT INTO manifest (digest, kind, format, media_type_id, size_bytes, status, platform_set_id, total_bytes, first_seen_at, first_seen_via, verified_at)
     VALUES ($1, 'image', $2, $3, 1, 'valid', $4, 1, now(), 'event', now())
     ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id`,
    [digestToBytes(tag.digest), tag.format, ids.mediaTypes.get(tag.mediaType), set],
  );
  for (const layer of tag.layers) {
    await pool.query(
      `INSERT INTO image_layer (manifest_id, position, layer_id, chain_id) SELECT $1, 0, id, digest FROM layer WHERE digest = $2 ON CONFLICT DO NOTHING`,
      [manifest, digestToBytes(layer)],
    );
  }
  await pool.query(
    `INSERT INTO tag (repository_id, name, reference, version, manifest_id, platform_set_id, format, total_bytes, pushed_at, observed_at)
     VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $8)`,
    [repository, tag.name, tag.reference, manifest, set, tag.format, tag.totalBytes, tag.pushedAt],
  );
  await pool.query(
    `INSERT INTO tag (repository_id, name, reference, version, observed_at) VALUES ($1, $2, $3, 2, now())`,
    [repository, `${tag.name}-deleted`, `${tag.reference}-deleted`],
  );
}
