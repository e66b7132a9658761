import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { aLayer, anImage, type ImageFixture, type LayerFixture } from '@strata/oci/testing';
import { digestToBytes } from '../digest-bytes.js';
import { openCatalog, type Catalog } from '../open-catalog.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { aScene, distinctBytes, totalsOf } from '../testing/graph-scene.js';

const WRITERS = 8;
const IMAGES_EACH = 60;
const LAYERS_EACH = 10;

let database: FreshDatabase;
let catalogs: readonly Catalog[];
beforeAll(async () => {
  database = await freshDatabase();
  catalogs = Array.from({ length: WRITERS }, () => openCatalog({ databaseUrl: database.url, poolSize: 2 }));
});
afterAll(async () => {
  await Promise.all(catalogs.map((catalog) => catalog.close()));
  await database.drop();
});
beforeEach(() =>
  database.catalog.pool.query('TRUNCATE manifest, layer, image_config, repository_manifest, platform_set CASCADE'),
);

/** Numbers from 0 to 1 that look random and are the same in each run (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const shared = Array.from({ length: 120 }, (_, index) => aLayer(`shared ${index}`, { contentBytes: 64 }));

/** Six layers of ten are anybody's, in any order; every fifth image lists one of them twice. */
function imagesOf(writer: number, random: () => number): readonly ImageFixture[] {
  return Array.from({ length: IMAGES_EACH }, (_, index) => {
    const layers = Array.from({ length: LAYERS_EACH }, (__, position): LayerFixture => {
      const common = shared[Math.floor(random() * shared.length)];
      return position < 6 && common ? common : aLayer(`own ${writer} ${index} ${position}`, { contentBytes: 64 });
    });
    const shuffled = layers.toSorted((a, b) => a.digest.charCodeAt(20) - b.digest.charCodeAt(21));
    return anImage({
      seed: `${writer} ${index}`,
      layers: index % 5 === 0 ? [...shuffled, ...shuffled.slice(0, 1)] : shuffled,
    });
  });
}

it.each([1, 2, 3])(
  `${WRITERS} writers of images that share their layers, in any order and some twice, never deadlock (seed %i)`,
  async (seed) => {
    const random = numbersFrom(seed);
    const images = catalogs.map((_, writer) => imagesOf(writer, random));
    const first = images[0]?.slice(0, 6) ?? [];
    await Promise.all(
      catalogs.map(async (catalog, writer) => {
        const scene = await aScene(catalog);
        const repository = await scene.repository(`team/${writer}`);
        const own = [...(images[writer] ?? []), ...first]; // the same images, too, by everybody
        for (let start = 0; start < own.length; start += 6)
          await scene.write(repository, ...own.slice(start, start + 6).toReversed());
      }),
    );
    const { rows } = await database.catalog.pool.query<{ digest: Buffer; layers: string }>(
      `SELECT manifest.digest, string_agg(encode(layer.digest, 'hex'), ' ' ORDER BY position) AS layers
         FROM manifest JOIN image_layer ON manifest_id = manifest.id JOIN layer ON layer.id = layer_id GROUP BY 1`,
    );
    const written = new Map(rows.map(({ digest, layers }) => [digest.toString('hex'), layers]));
    const hex = ({ digest }: { readonly digest: ImageFixture['digest'] }) => digestToBytes(digest).toString('hex');
    expect(written).toEqual(new Map(images.flat().map((image) => [hex(image), image.layers.map(hex).join(' ')])));
    for (const image of first)
      expect((await totalsOf(database.catalog.pool, image)).totalBytes).toBe(distinctBytes(image));
  },
  60_000,
);
