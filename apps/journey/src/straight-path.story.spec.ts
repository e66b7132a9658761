import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { startRedis, type TestRedis } from '@strata/queue/testing';
import { ask } from './parts/ask.js';
import { skopeoFor, type Skopeo } from './parts/skopeo.js';
import { hookUrlOf, startProduct, type Product } from './parts/start-product.js';
import { startRegistry, type TestRegistry } from './parts/start-registry.js';
import { untilSettled } from './parts/until-settled.js';
import { until } from './parts/until.js';

const SECRET = 'a-secret-of-the-journey';
const SECONDS = 1_000;

const base = anImage({ seed: 'base', layers: 2 });
const single = anImage({ seed: 'single', base, layers: 1 });
const moved = anImage({ seed: 'moved', base, layers: 2 });
const index = anIndex({
  entries: [
    anImage({ seed: 'multi', platform: 'linux/amd64' }),
    anImage({ seed: 'multi', platform: 'linux/arm64/v8' }),
    anImage({ seed: 'multi', platform: 'linux/arm/v7' }),
  ],
  attestations: 'classic',
});
const dockerList = anIndex({
  format: 'docker',
  entries: [
    anImage({ seed: 'docker', format: 'docker', platform: 'linux/amd64' }),
    anImage({ seed: 'docker', format: 'docker', platform: 'linux/s390x' }),
  ],
});

interface TagAnswer {
  tag: { digest: string; platforms: { name: string }[]; images: { digest: string }[]; totalBytes: number } | null;
}

describe.each(['postgres', 'redis'] as const)('a real push, with the queue on %s,', (kind) => {
  let database: FreshDatabase;
  let redis: TestRedis | null = null;
  let registry: TestRegistry;
  let product: Product;
  let skopeo: Skopeo;
  let host: string;

  beforeAll(async () => {
    database = await freshDatabase();
    if (kind === 'redis') redis = await startRedis(process.env);
    product = await startProduct({
      databaseUrl: database.url,
      ...(redis === null ? {} : { redisUrl: redis.url }),
      sources: async (ports) => {
        registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
        return [{ name: 'local', registryUrl: registry.url, secret: SECRET }];
      },
    });
    skopeo = skopeoFor(registry.url);
    host = new URL(registry.url).host;
  }, 60 * SECONDS);

  afterAll(async () => {
    await product.stop();
    await registry.remove();
    await redis?.stop();
    await database.drop();
  }, 60 * SECONDS);

  const tagOf = async (reference: string): Promise<TagAnswer['tag']> => {
    const query = `query ($reference: String!) {
      tag(reference: $reference) { digest totalBytes platforms { name } images { digest } } }`;
    return (await ask<TagAnswer>(product.graphqlUrl, query, { reference: `${host}/${reference}` })).tag;
  };
  const pointsAt = async (reference: string, image: ManifestFixture, images: number) =>
    until(`${reference} is catalogued`, async () => {
      const tag = await tagOf(reference);
      return tag?.digest === image.digest && tag.images.length === images ? tag : null;
    });

  it(
    'of one platform becomes a tag with that platform',
    async () => {
      await skopeo.push('team/app', '1.0', single);
      const tag = await pointsAt('team/app:1.0', single, 1);
      expect(tag.platforms).toEqual([{ name: 'linux/amd64' }]);
      expect(tag.totalBytes).toBe(single.layers.reduce((sum, { bytes }) => sum + bytes.length, 0));
    },
    60 * SECONDS,
  );

  it(
    'of an index becomes a tag with each platform, and attestations are none',
    async () => {
      await skopeo.push('team/multi', 'stable', index);
      const tag = await pointsAt('team/multi:stable', index, 3);
      expect(tag.platforms.map(({ name }) => name)).toEqual(['linux/amd64', 'linux/arm/v7', 'linux/arm64']);
      await skopeo.push('team/legacy', '2', dockerList);
      const legacy = await pointsAt('team/legacy:2', dockerList, 2);
      expect(legacy.platforms.map(({ name }) => name)).toEqual(['linux/amd64', 'linux/s390x']);
    },
    60 * SECONDS,
  );

  it('answers which tags lack arm64', async () => {
    const query = `{ tags(where: { platforms: { lacks: ["arm64"] } }) { totalCount nodes { repository { name } name } } }`;
    const { tags } = await ask<{
      tags: { totalCount: number; nodes: { repository: { name: string }; name: string }[] };
    }>(product.graphqlUrl, query);
    expect(tags.nodes.map(({ repository, name }) => `${repository.name}:${name}`)).toEqual([
      'team/app:1.0',
      'team/legacy:2',
    ]);
    expect(tags.totalCount).toBe(2);
  });

  it(
    'answers which images share a layer',
    async () => {
      await skopeo.push('team/base', 'v1', base);
      await pointsAt('team/base:v1', base, 1);
      const query = `query ($digest: Digest!) { layer(digest: $digest) { imageCount images { nodes { digest platform { name } } } } }`;
      const layer = await until('the uses of the layer are counted', async () => {
        const answered = await ask<{ layer: { imageCount: number; images: { nodes: { digest: string }[] } } }>(
          product.graphqlUrl,
          query,
          { digest: base.layers[0]?.digest },
        );
        return answered.layer.imageCount === 2 ? answered.layer : null;
      });
      expect(layer.images.nodes.map(({ digest }) => digest).sort()).toEqual([base.digest, single.digest].sort());
    },
    60 * SECONDS,
  );

  it(
    'that moves a tag leaves one live tag and two stretches of its history',
    async () => {
      await skopeo.push('team/app', '1.0', moved);
      await pointsAt('team/app:1.0', moved, 1);
      const { rows } = await database.catalog.pool.query<{ open: boolean }>(
        `SELECT to_at IS NULL AS open FROM tag_interval JOIN tag ON tag.id = tag_id
          WHERE reference = $1 ORDER BY from_at`,
        [`${host}/team/app:1.0`],
      );
      expect(rows).toEqual([{ open: false }, { open: true }]);
    },
    60 * SECONDS,
  );

  it(
    'that is deleted by its digest takes the tag away, and nothing else',
    async () => {
      await skopeo.delete('team/app', '1.0');
      await until('the tag is gone', async () => ((await tagOf('team/app:1.0')) === null ? true : null));
      expect(await tagOf('team/base:v1')).not.toBeNull();
    },
    60 * SECONDS,
  );

  it('is answered 401 without the secret, and leaves no row', async () => {
    const count = async () =>
      (await database.catalog.pool.query<{ n: bigint }>('SELECT count(*) AS n FROM inbox')).rows[0]?.n;
    await untilSettled(database.catalog); // the work that follows from a push has rows, too
    const before = await count();
    for (const authorization of [null, 'Bearer wrong', `Basic ${SECRET}`]) {
      const answer = await fetch(product.hookUrl('local'), {
        method: 'POST',
        headers: authorization === null ? {} : { authorization },
        body: '{"events":[]}',
      });
      expect(answer.status).toBe(401);
    }
    expect(await count()).toBe(before);
  });

  it(
    'is taken whatever came before it: unreadable bodies are answered 202 and set aside',
    async () => {
      for (const body of [
        '',
        '{',
        '\xff\xfe',
        '[]',
        '{"events":{}}',
        '{"events":[null,7,{"action":"push"}]}',
        '<html>',
      ]) {
        const answer = await fetch(product.hookUrl('local'), {
          method: 'POST',
          headers: { authorization: `Bearer ${SECRET}` },
          body,
        });
        expect(answer.status).toBe(202);
      }
      await skopeo.push('team/after', 'all', single);
      await pointsAt('team/after:all', single, 1);
      const { events } = await ask<{ events: { totalCount: number } }>(
        product.graphqlUrl,
        `{ events(where: { state: [QUARANTINED] }) { totalCount nodes { reason raw } } }`,
      );
      expect(events.totalCount).toBeGreaterThanOrEqual(7);
    },
    60 * SECONDS,
  );
});
