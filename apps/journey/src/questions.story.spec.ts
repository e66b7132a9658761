import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { anImage, anIndex, type ImageFixture, type ManifestFixture } from '@strata/oci/testing';
import { ask } from './parts/ask.js';
import { follow, type Follower } from './parts/follow.js';
import { skopeoFor, type Skopeo } from './parts/skopeo.js';
import { hookUrlOf, startProduct, type Product } from './parts/start-product.js';
import { startRegistry, type TestRegistry } from './parts/start-registry.js';
import { untilListening } from './parts/until-listening.js';
import { untilSettled } from './parts/until-settled.js';
import { until } from './parts/until.js';

const run = promisify(execFile);
const SECRET = 'a-secret-of-the-journey';
const MINUTES = 60_000;

const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;
const bases = PLATFORMS.map((platform) => anImage({ seed: 'common base', platform, layers: 2 }));
const apps = bases.map((base, at) => anImage({ seed: 'app', base, layers: 1, platform: PLATFORMS[at] ?? '' }));
const [baseAmd64, baseArm64] = bases as [ImageFixture, ImageFixture];
const [appAmd64, appArm64] = apps as [ImageFixture, ImageFixture];
const base = anIndex({ entries: bases });
const app = anIndex({ entries: apps });

const bytesOf = (...images: readonly ImageFixture[]): number =>
  [
    ...new Map(images.flatMap(({ layers }) => layers).map(({ digest, bytes }) => [digest, bytes.length])).values(),
  ].reduce((sum, bytes) => sum + bytes, 0);

/** Pushed in this order: a base and an app on it for two platforms, then the app moved to one platform alone. */
describe('what was pushed to a real registry answers', () => {
  let database: FreshDatabase;
  let registry: TestRegistry;
  let product: Product;
  let skopeo: Skopeo;
  let host: string;
  let changes: Follower<{ kind: string; reference: string; platforms: { name: string }[] }>;
  let beforeTheMove: string;

  const answer = <T = unknown>(query: string): Promise<T> => ask<T>(product.graphqlUrl, query);
  const push = async (repository: string, tag: string, image: ManifestFixture): Promise<void> => {
    await skopeo.push(repository, tag, image);
    await until(`${repository}:${tag} is catalogued`, async () => {
      const { tag: found } = await answer<{ tag: { digest: string } | null }>(
        `{ tag(reference: "${host}/${repository}:${tag}") { digest } }`,
      );
      return found?.digest === image.digest ? true : null;
    });
  };

  beforeAll(async () => {
    database = await freshDatabase();
    product = await startProduct({
      databaseUrl: database.url,
      sources: async (ports) => {
        registry = await startRegistry({ hookUrl: hookUrlOf(ports, 'local'), secret: SECRET });
        return [{ name: 'local', registryUrl: registry.url, secret: SECRET }];
      },
    });
    skopeo = skopeoFor(registry.url);
    host = new URL(registry.url).host;
    changes = await follow(product.graphqlUrl, 'changes { kind reference platforms { name } }');
    await untilListening(database.catalog, 2);
    await push('library/base', '1', base);
    await push('team/app', 'stable', app);
    beforeTheMove = new Date().toISOString();
    await push('team/app', 'stable', appAmd64);
    await untilSettled(database.catalog);
  }, 3 * MINUTES);

  afterAll(async () => {
    changes.close();
    await product.stop();
    await registry.remove();
    await database.drop();
  }, MINUTES);

  it('on which base an image was built, and what was built on the base', async () => {
    const found = await answer(`{
      app: layer(digest: "${appArm64.layers.at(-1)?.digest}") { images { nodes {
        digest baseImages { nodes { sharedLayers image { digest } tags { nodes { reference } } } } } } }
      base: manifest(digest: "${baseAmd64.digest}") { ... on Image { derivedImages { nodes { digest } } } }
      tags(where: { derivedFrom: "${host}/library/base:1", repository: { eq: "team/app" } }) { totalCount } }`);
    expect(found).toEqual({
      app: {
        images: {
          nodes: [
            {
              digest: appArm64.digest,
              baseImages: {
                nodes: [
                  {
                    sharedLayers: 2,
                    image: { digest: baseArm64.digest },
                    tags: { nodes: [{ reference: `${host}/library/base:1` }] },
                  },
                ],
              },
            },
          ],
        },
      },
      base: { derivedImages: { nodes: [{ digest: appAmd64.digest }] } },
      tags: { totalCount: 1 },
    });
  });

  it('how two references differ, layer by layer', async () => {
    const { compare } = await answer<{ compare: unknown }>(`{
      compare(left: "${host}/library/base:1", right: "${host}/team/app@${app.digest}") {
        identical platformsOnlyLeft { name } platformsOnlyRight { name }
        platforms { platform { name } identical sharedBytes onlyLeft { position } onlyRight { layer { digest } } } } }`);
    const platform = (at: 0 | 1) => ({
      platform: { name: PLATFORMS[at] },
      identical: false,
      sharedBytes: bytesOf([baseAmd64, baseArm64][at] ?? baseAmd64),
      onlyLeft: [],
      onlyRight: [{ layer: { digest: apps[at]?.layers.at(-1)?.digest } }],
    });
    expect(compare).toEqual({
      identical: false,
      platformsOnlyLeft: [],
      platformsOnlyRight: [],
      platforms: [platform(0), platform(1)],
    });
  });

  it('what a client on a platform would run, as skopeo says', async () => {
    const { amd64, arm64, s390x } = await answer<Record<string, unknown>>(`{
      amd64: resolve(reference: "${host}/library/base:1", platform: "linux/amd64") { runnable image { digest } }
      arm64: resolve(reference: "${host}/team/app@${app.digest}", platform: "arm64") { runnable image { digest } }
      s390x: resolve(reference: "${host}/library/base:1", platform: "linux/s390x") { runnable image { digest } } }`);
    expect({ amd64, arm64, s390x }).toEqual({
      amd64: { runnable: true, image: { digest: baseAmd64.digest } },
      arm64: { runnable: true, image: { digest: appArm64.digest } },
      s390x: { runnable: false, image: null },
    });
    const here = ['--override-os', 'linux', '--override-arch', 'amd64', 'inspect', '--tls-verify=false', '--format'];
    const { stdout } = await run('skopeo', [
      ...here,
      '{{.Digest}} {{.Architecture}}',
      `docker://${host}/team/app:stable`,
    ]);
    expect(stdout.trim()).toBe(`${appAmd64.digest} amd64`);
  });

  it('every document behind a reference, byte for byte as `skopeo inspect --raw` gets them', async () => {
    const { inspect } = await answer<{ inspect: { ref: string; descriptor: { digest: string }; document: string }[] }>(
      `{ inspect(reference: "${host}/library/base:1") { ref document descriptor { digest } } }`,
    );
    expect(inspect.map(({ descriptor }) => descriptor.digest)).toEqual(bases.map(({ digest }) => digest));
    for (const { descriptor, document } of inspect)
      expect(document).toBe(await rawOf(`library/base@${descriptor.digest}`));
    const { tag } = await answer<{ tag: { manifest: { raw: string } } }>(
      `{ tag(reference: "${host}/library/base:1") { manifest { raw } } }`,
    );
    expect(tag.manifest.raw).toBe(await rawOf('library/base:1'));
  });
  const rawOf = async (reference: string): Promise<string> =>
    (await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${host}/${reference}`])).stdout;

  it('which tags ran where, now and before the move', async () => {
    const groups = (asOf: string) => `coverage(by: [PLATFORM]${asOf}) { key tags }`;
    const found = await answer(`{ now: ${groups('')} then: ${groups(`, asOf: "${beforeTheMove}"`)}
      tag(reference: "${host}/team/app:stable", asOf: "${beforeTheMove}") { digest } }`);
    expect(found).toEqual({
      now: [
        { key: ['linux/amd64'], tags: 2 },
        { key: ['linux/arm64'], tags: 1 },
      ],
      then: [
        { key: ['linux/amd64'], tags: 2 },
        { key: ['linux/arm64'], tags: 2 },
      ],
      tag: { digest: app.digest },
    });
  });

  it('what is stored, what is shared, and what no tag reaches any more', async () => {
    const { storage, repository } = await answer<{ storage: unknown; repository: unknown }>(`{
      storage { logicalBytes uniqueBytes exclusiveBytes }
      repository(name: "team/app", registry: "${host}") { storage { uniqueBytes exclusiveBytes }
        untagged { totalCount nodes { digest } } } }`);
    expect(storage).toEqual({
      logicalBytes: [...bases, ...apps].reduce((sum, image) => sum + bytesOf(image), 0),
      uniqueBytes: bytesOf(...bases, ...apps),
      exclusiveBytes: bytesOf(...bases, ...apps),
    });
    expect(repository).toMatchObject({
      storage: { uniqueBytes: bytesOf(...apps), exclusiveBytes: bytesOf(...apps) - bytesOf(...bases) },
      untagged: { totalCount: 2 },
    });
    const { untagged } = repository as { untagged: { nodes: { digest: string }[] } }; // asked for above
    expect(untagged.nodes.map(({ digest }) => digest).sort()).toEqual([app.digest, appArm64.digest].sort());
  });

  it('which platform a move has lost, in its history and to those who follow', async () => {
    const { tag } = await answer<{ tag: unknown }>(`{ tag(reference: "${host}/team/app:stable") {
      history { nodes { digest to platformsAdded { name } platformsLost { name } } } } }`);
    const names = (...platforms: string[]) => platforms.map((name) => ({ name }));
    expect(tag).toEqual({
      history: {
        nodes: [
          { digest: appAmd64.digest, to: null, platformsAdded: [], platformsLost: names('linux/arm64') },
          {
            digest: app.digest,
            to: expect.any(String),
            platformsAdded: names(...PLATFORMS),
            platformsLost: [],
          },
        ],
      },
    });
    const told = (kind: string, reference: string, ...platforms: string[]) => ({
      ...{ kind, reference: `${host}/${reference}`, platforms: names(...platforms) },
    });
    await until('all is told', () => (changes.heard.length >= 5 ? true : null));
    expect(changes.heard).toEqual([
      told('TAG_CREATED', 'library/base:1', ...PLATFORMS),
      told('TAG_CREATED', 'team/app:stable', ...PLATFORMS),
      told('TAG_MOVED', 'team/app:stable', 'linux/amd64'),
      told('PLATFORM_LOST', 'team/app:stable', 'linux/arm64'),
      told('FINDING_OPENED', 'team/app:stable', 'linux/amd64'),
    ]);
  });
});
