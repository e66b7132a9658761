import { digestFromBytes, type Sql } from '@strata/catalog';
import { VARIANTS, type Variables } from './question.js';

/** Live tags spread over the whole catalog, the same ones each time; `condition` is ours and on the table `tag`. */
export async function sampleTags(
  catalog: Sql,
  condition = 'TRUE',
): Promise<readonly { readonly reference: string; readonly id: bigint }[]> {
  const { rows } = await catalog.query<{ reference: string; id: bigint }>(
    `WITH places AS (
       SELECT (SELECT max(id) FROM tag) * place / $1 AS from_id FROM generate_series(0, $1 - 1) AS place
     )
     SELECT DISTINCT ON (tag.id) tag.reference, tag.id FROM places CROSS JOIN LATERAL (
       SELECT reference, id FROM tag WHERE id >= from_id AND manifest_id IS NOT NULL AND ${condition} ORDER BY id LIMIT 1
     ) AS tag ORDER BY tag.id`,
    [VARIANTS],
  );
  return rows;
}

/** Layers of one image or a few: what programs put on top. */
export async function rareLayers(catalog: Sql): Promise<readonly Variables[]> {
  const { rows } = await catalog.query<{ digest: Buffer }>(
    `WITH places AS (
       SELECT (SELECT max(id) FROM layer) * place / $1 AS id FROM generate_series(1, $1) AS place
     )
     SELECT digest FROM layer JOIN places USING (id) ORDER BY layer.id`,
    [VARIANTS],
  );
  return rows.map(({ digest }) => ({ digest: digestFromBytes(digest) }));
}

/** The layers that most images contain, as a sample of the images has it. */
export async function hotLayers(catalog: Sql): Promise<readonly Variables[]> {
  const { rows } = await catalog.query<{ digest: Buffer }>(
    `SELECT digest FROM layer JOIN (
       SELECT layer_id AS id, count(*) FROM image_layer
        WHERE manifest_id IN (
          SELECT manifest.id FROM generate_series(1, 2000) AS place
            JOIN manifest ON manifest.id = (SELECT max(id) FROM manifest) * place / 2000)
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 4
     ) AS hot USING (id) ORDER BY hot.count DESC, layer.id`,
  );
  return rows.map(({ digest }) => ({ digest: digestFromBytes(digest) }));
}

/** Two tags of one repository each: what people compare. */
export async function neighbours(catalog: Sql): Promise<readonly Variables[]> {
  const tags = await sampleTags(catalog, `name = 'latest' AND version > 3`);
  const { rows } = await catalog.query<Variables>(
    `SELECT tag.reference AS left, other.reference AS right FROM tag CROSS JOIN LATERAL (
       SELECT reference FROM tag AS other
        WHERE other.repository_id = tag.repository_id AND manifest_id IS NOT NULL AND other.name <> 'latest'
        ORDER BY name LIMIT 1
     ) AS other WHERE tag.id = ANY ($1::bigint[]) ORDER BY tag.id`,
    [tags.map(({ id }) => id)],
  );
  return rows;
}

/** Images spread over the whole catalog, most of them built on a base. */
export async function someImages(catalog: Sql): Promise<readonly Variables[]> {
  const { rows } = await catalog.query<{ digest: Buffer }>(
    `WITH places AS (
       SELECT (SELECT max(id) FROM manifest) * place / ($1 + 1) AS from_id FROM generate_series(1, $1) AS place
     )
     SELECT DISTINCT image.digest FROM places CROSS JOIN LATERAL (
       SELECT digest FROM manifest
        WHERE id >= from_id AND kind = 'image' AND status = 'valid' AND layer_count > 2 ORDER BY id LIMIT 1
     ) AS image ORDER BY 1`,
    [VARIANTS],
  );
  return rows.map(({ digest }) => ({ digest: digestFromBytes(digest) }));
}

/** Images that the layers of others begin with: the nearest bases of `someImages`. */
export async function someBases(catalog: Sql): Promise<readonly Variables[]> {
  const { rows } = await catalog.query<{ digest: Buffer }>(
    `WITH places AS (
       SELECT (SELECT max(id) FROM manifest) * place / ($1 + 1) AS from_id FROM generate_series(1, $1) AS place
     )
     SELECT DISTINCT base.digest FROM places CROSS JOIN LATERAL (
       SELECT base.digest FROM image_layer
         JOIN manifest AS base ON base.chain_id = image_layer.chain_id AND base.id <> image_layer.manifest_id
        WHERE image_layer.manifest_id >= from_id AND base.kind = 'image' AND base.status = 'valid'
        ORDER BY image_layer.manifest_id, image_layer.position DESC LIMIT 1
     ) AS base ORDER BY 1`,
    [VARIANTS],
  );
  return rows.map(({ digest }) => ({ digest: digestFromBytes(digest) }));
}
