import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chainIds, digestOf } from '@strata/oci';
import { aLayer, anArtifact, anImage, anIndex, type ImageFixture, type ManifestFixture } from '@strata/oci/testing';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import { dumpTables } from '../testing/dump-tables.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { SEEN_AT, aScene, distinctBytes, totalsOf, type Scene } from '../testing/graph-scene.js';
import { toWrite } from '../testing/to-write.js';
import type { InvalidManifest } from './manifest-to-write.js';

let database: FreshDatabase;
let scene: Scene;
let here: bigint;
beforeAll(async () => {
  database = await freshDatabase();
  scene = await aScene(database.catalog);
  here = await scene.repository('team/app');
});
afterAll(() => database.drop());
beforeEach(() => query('TRUNCATE manifest, layer, image_config, repository_manifest CASCADE'));

async function query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await database.catalog.pool.query<Row>(text, values)).rows;
}

const layersOf = ({ digest }: ManifestFixture) =>
  query<{ position: number; layer: Buffer; diff_id: Buffer; chain_id: Buffer; diff_chain_id: Buffer }>(
    `SELECT position, layer.digest AS layer, diff_id, image_layer.chain_id, image_layer.diff_chain_id
       FROM image_layer JOIN layer ON layer.id = layer_id JOIN manifest ON manifest.id = manifest_id
      WHERE manifest.digest = $1 ORDER BY position`,
    [digestToBytes(digest)],
  );
const entriesOf = ({ digest }: ManifestFixture) =>
  query<{ position: number; child: Buffer; kind: string; platform: string | null; raw_platform: string | null }>(
    `SELECT position, child_digest AS child, entry.kind, platform.name AS platform, raw_platform
       FROM index_entry AS entry JOIN manifest ON manifest.id = manifest_id LEFT JOIN platform ON platform.id = entry.platform_id
      WHERE manifest.digest = $1 ORDER BY position`,
    [digestToBytes(digest)],
  );

describe('an image', () => {
  it('keeps each layer at its position, repeats included, and counts its bytes once', async () => {
    const [a, b] = [aLayer('a'), aLayer('b')];
    const image = anImage({ layers: [a, b, a] });
    await scene.write(here, image);
    const rows = await layersOf(image);
    expect(rows.map(({ position, layer }) => [position, digestFromBytes(layer)])).toEqual([
      [0, a.digest],
      [1, b.digest],
      [2, a.digest],
    ]);
    expect(await query('SELECT layer_count, total_bytes FROM manifest')).toEqual([
      { layer_count: 3, total_bytes: BigInt(a.bytes.length + b.bytes.length) },
    ]);
  });

  it('names the chain of all layers up to each position, compressed and uncompressed, and the last one as its own', async () => {
    const image = anImage({ layers: 3 });
    await scene.write(here, image);
    const rows = await layersOf(image);
    const expected = [chainIds(image.layers.map((one) => one.digest)), chainIds(image.layers.map((one) => one.diffId))];
    expect([
      rows.map(({ chain_id }) => digestFromBytes(chain_id)),
      rows.map((row) => digestFromBytes(row.diff_chain_id)),
    ]).toEqual(expected);
    expect(rows.map(({ diff_id }) => digestFromBytes(diff_id))).toEqual(image.layers.map(({ diffId }) => diffId));
    const [own] = await query<{ chain_id: Buffer; diff_chain_id: Buffer }>(
      'SELECT chain_id, diff_chain_id FROM manifest',
    );
    expect([own?.chain_id, own?.diff_chain_id].map((bytes) => digestFromBytes(bytes ?? Buffer.alloc(0)))).toEqual(
      expected.map((chain) => chain.at(-1)),
    );
  });

  it.each<[string, Partial<ImageFixture['config']> | null]>([
    ['without its config', null],
    ['with a config that cannot be read', { bytes: Buffer.from('[]') }],
  ])('is kept %s: no platform and no uncompressed names, everything else', async (_, config) => {
    const image = anImage({ layers: 2 });
    const valid = toWrite(image);
    if (valid.status !== 'valid') throw new Error('a valid image is expected');
    const problems = [{ code: 'CONFIG', message: 'is not there', path: '$.config' }];
    await scene.write(here, { ...valid, config: config && { ...image.config, ...config, parsed: null }, problems });
    expect(await layersOf(image)).toMatchObject([
      { position: 0, diff_id: null, diff_chain_id: null },
      { position: 1, diff_id: null, diff_chain_id: null },
    ]);
    expect(await query('SELECT status, platform_id, diff_chain_id, problems FROM manifest')).toEqual([
      { status: 'valid', platform_id: null, diff_chain_id: null, problems },
    ]);
    expect(await totalsOf(database.catalog.pool, image)).toEqual({ platforms: [], totalBytes: distinctBytes(image) });
  });

  it('is kept when the sizes that it claims add up to more than any column holds', async () => {
    const claims = Array.from({ length: 1_100 }, (_, index) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: digestOf(Buffer.from(String(index))),
      size: Number.MAX_SAFE_INTEGER,
    }));
    const image = anImage({ manifest: { layers: claims } });
    await scene.write(here, anIndex({ entries: [image] }), image);
    const totals = await query('SELECT kind, total_bytes FROM manifest ORDER BY kind');
    expect(totals).toEqual([
      { kind: 'image', total_bytes: 2n ** 63n - 1n },
      { kind: 'index', total_bytes: 2n ** 63n - 1n },
    ]);
  });

  it('keeps annotations and labels that no column could hold as they are', async () => {
    const odd = { 'nul\0': 'a\0b', surrogate: '\ud800', __proto__x: 'x', constructor: 'y' };
    const image = anImage({ annotations: odd, labels: odd });
    await scene.write(here, image);
    const visible = { 'nul\\u0000': 'a\\u0000b', surrogate: '\\ud800', __proto__x: 'x', constructor: 'y' };
    const [row] = await query<{ annotations: unknown; labels: unknown }>(
      'SELECT annotations, labels FROM manifest JOIN image_config ON image_config.id = config_id',
    );
    expect(row).toEqual({ annotations: visible, labels: visible });
  });
});

describe('an index', () => {
  it('keeps each entry at its position, also two for the same child, and children that nobody has seen', async () => {
    const [known, unknown] = [anImage({ seed: 'known' }), anImage({ seed: 'unknown', platform: 'linux/arm64/v8' })];
    const index = anIndex({
      entries: [unknown, known, { manifest: known, platform: 'linux/arm/v7' }],
      attestations: 'classic',
    });
    await scene.write(here, index, known);
    const rows = await entriesOf(index);
    expect(rows.map((row) => [row.position, digestFromBytes(row.child), row.kind, row.platform])).toEqual([
      [0, unknown.digest, 'platform', 'linux/arm64'],
      [1, known.digest, 'platform', 'linux/amd64'],
      [2, known.digest, 'platform', 'linux/arm/v7'],
      ...index.children
        .slice(3)
        .map(({ digest }, position) => [3 + position, digest, 'attestation', 'unknown/unknown']),
    ]);
    expect(rows[0]?.raw_platform).toBe('{"architecture":"arm64","os":"linux","variant":"v8"}');
  });
});

describe('a document that was refused', () => {
  it('is kept by its digest with its bytes and every reason, and without edges', async () => {
    const image = anImage({ manifest: { manifests: [], Layers: [] } });
    await scene.write(here, image);
    const rows = await query<{ kind: string; status: string; problems: readonly { code: string }[]; bytes: Buffer }>(
      'SELECT kind, status, problems, bytes, total_bytes FROM manifest JOIN manifest_document ON manifest_id = manifest.id',
    );
    expect(rows).toMatchObject([{ kind: 'artifact', status: 'invalid', bytes: image.bytes, total_bytes: 0n }]);
    expect(rows[0]?.problems.map(({ code }) => code)).toContain('AMBIGUOUS');
    expect(
      await query('SELECT FROM image_layer UNION ALL SELECT FROM index_entry UNION ALL SELECT FROM layer'),
    ).toEqual([]);
  });

  it('is kept without bytes where it was too large to be read', async () => {
    const digest = digestOf(Buffer.from('x'));
    const problems = [{ code: 'TOO_LARGE', message: 'is too large', path: null }];
    const none = { bytes: null, sizeBytes: 0, mediaType: 'application/octet-stream', format: 'oci-image' } as const;
    await scene.write(here, { status: 'invalid', digest, problems, ...none });
    expect(await query('SELECT status, problems FROM manifest')).toEqual([{ status: 'invalid', problems }]);
    expect(await query('SELECT FROM manifest_document')).toEqual([]);
  });
});

describe('a digest', () => {
  const image = anImage({ seed: 'contested', layers: 2 });
  const refused: InvalidManifest = {
    status: 'invalid',
    digest: image.digest,
    bytes: null,
    sizeBytes: 0,
    mediaType: 'text/html',
    format: 'oci-image',
    problems: [{ code: 'TOO_LARGE', message: 'is too large', path: null }],
  };

  it('for which one registry served rubbish is mended when another one serves what it is, for its indexes and tags too', async () => {
    const index = anIndex({ entries: [{ manifest: image, platform: null }] });
    await scene.write(here, refused, index);
    await query(
      `INSERT INTO tag (repository_id, name, reference, version, manifest_id, platform_set_id, format, total_bytes, pushed_at, observed_at)
       SELECT $1, 'v' || id, 'r' || id, 1, id, platform_set_id, format, total_bytes, now(), now() FROM manifest`,
      [here],
    );
    await scene.write(await scene.repository('honest/app'), image);
    expect(await layersOf(image)).toHaveLength(2);
    expect(
      await query('SELECT status, problems FROM manifest WHERE digest = $1', [digestToBytes(image.digest)]),
    ).toEqual([{ status: 'valid', problems: null }]);
    const complete = { platforms: ['linux/amd64'], totalBytes: distinctBytes(image) };
    for (const one of [image, index]) expect(await totalsOf(database.catalog.pool, one)).toEqual(complete);
    expect(await query('SELECT total_bytes FROM tag')).toEqual(
      [1, 2].map(() => ({ total_bytes: complete.totalBytes })),
    );
    await query('TRUNCATE tag CASCADE');
  });

  it('that was understood cannot be spoilt by a registry that serves rubbish for it', async () => {
    await scene.write(here, image);
    const before = await dumpTables(database.catalog.pool, ['media_type']);
    await scene.write(here, refused);
    expect(await dumpTables(database.catalog.pool, ['media_type'])).toEqual(before);
  });

  it('that is refused keeps its bytes when it is understood', async () => {
    await scene.write(here, { ...refused, bytes: image.bytes });
    await Promise.all([scene.write(here, image), scene.write(here, image)]);
    expect(await query('SELECT bytes FROM manifest_document')).toEqual([{ bytes: Buffer.from(image.bytes) }]);
    expect(await layersOf(image)).toHaveLength(2);
  });
});

it('writes nothing the second time, whatever the order and whoever writes beside it', async () => {
  const base = anImage({ seed: 'base' });
  const fixtures: readonly ManifestFixture[] = [
    anImage({ seed: 'app', base, platform: 'linux/arm64' }),
    anIndex({ entries: [base, anImage({ seed: 'nobody' })], attestations: 'artifact' }),
    anArtifact({ subject: base }),
    anImage({ manifest: { manifests: [] } }),
    base,
  ];
  await scene.write(here, ...fixtures);
  const before = await dumpTables(database.catalog.pool);
  await scene.write(here, ...fixtures.toReversed());
  await Promise.all(fixtures.map((fixture) => scene.write(here, fixture)));
  expect(await dumpTables(database.catalog.pool)).toEqual(before);
});

it('brings back what had gone from a repository, and keeps when it was first seen', async () => {
  const image = anImage();
  await scene.write(here, image);
  await query('UPDATE repository_manifest SET gone_at = now()');
  await scene.write(here, image);
  expect(await query('SELECT gone_at, first_seen_at FROM repository_manifest')).toEqual([
    { gone_at: null, first_seen_at: SEEN_AT },
  ]);
});
