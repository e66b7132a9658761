import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anImage, anIndex, manifestsOf } from '@strata/oci/testing';
import type { Registry } from '@strata/registry-client';
import { pushOf } from '../testing/some-events.js';
import { startCrawlScene, type CrawlScene } from './testing/start-crawl-scene.js';

let scene: CrawlScene;
beforeAll(async () => {
  scene = await startCrawlScene();
});
afterAll(() => scene.end());
beforeEach(() => scene.forget());
afterEach(() => scene.steps.registry.behave());

describe('a registry that was there before the catalog', () => {
  it('is taken over whole, with one HEAD for each tag and one GET for each manifest and config', async () => {
    const images = [1, 2, 3].map((n) => anImage({ seed: `image ${n}` }));
    for (let n = 0; n < 250; n += 1) scene.steps.put(`team/app-${n % 4}`, `v${n}`, images[n % 3] ?? anImage());
    const run = await scene.crawl();
    expect(run).toMatchObject({ state: 'complete', seen: 250, repaired: 250, removed: 0, error: null });
    expect(await scene.tags()).toEqual(scene.registryTags());
    expect(scene.asked()).toEqual({ heads: 250, manifests: 3, configs: 3, lists: 5 });
    expect(
      await scene.steps.rows(
        `SELECT DISTINCT via FROM repository_manifest UNION ALL SELECT DISTINCT via FROM tag_interval`,
      ),
    ).toEqual([{ via: 'crawl' }, { via: 'crawl' }]);
  });

  it('shows the children of an index when the crawl is over', async () => {
    const index = anIndex({ entries: ['linux/amd64', 'linux/arm64'].map((platform) => anImage({ platform })) });
    scene.steps.put('team/app', 'multi', index);
    await scene.crawl();
    const [held] = await scene.steps.rows<{ count: number }>('SELECT count(*)::int FROM repository_manifest');
    expect(held?.count).toBe(manifestsOf(index).length);
  });
});

describe('what the events did not say', () => {
  it('is repaired: tags that came, moved and went, and nothing else is touched', async () => {
    const [one, two] = [anImage({ seed: 'one' }), anImage({ seed: 'two' })];
    for (let n = 0; n < 10; n += 1) scene.steps.put('team/app', `v${n}`, one);
    await scene.crawl();
    const before = await scene.steps.rows<{ name: string; version: number }>(
      'SELECT name, version FROM tag ORDER BY 1',
    );
    scene.steps.put('team/app', 'new', two);
    scene.steps.put('team/app', 'v0', two);
    scene.steps.registry.content.repositories.get('team/app')?.tags.delete('v9');
    const run = await scene.crawl();
    expect(run).toMatchObject({ state: 'complete', seen: 11, repaired: 2, removed: 1 });
    expect(await scene.tags()).toEqual(scene.registryTags());
    const after = await scene.steps.rows<{ name: string; version: number }>('SELECT name, version FROM tag ORDER BY 1');
    const untouched = (rows: typeof before) => rows.filter(({ name }) => /^v[1-8]$/.test(name));
    expect(untouched(after)).toEqual(untouched(before));
  });

  it('never goes back to what a crawl saw before an event moved the tag', async () => {
    const [one, two, three] = [1, 2, 3].map((n) => anImage({ seed: `image ${n}` }));
    if (one === undefined || two === undefined || three === undefined) throw new Error('there are three');
    const { steps } = scene;
    steps.put('team/app', 'v1', one);
    await scene.crawl();
    steps.put('team/app', 'v1', two);
    let isMoved = false;
    const overtaken: Registry = {
      ...steps.client,
      async observeTag(...asked) {
        const told = await steps.client.observeTag(...asked);
        if (isMoved) return told;
        isMoved = true;
        steps.put('team/app', 'v1', three);
        await steps.receive(pushOf('team/app', 'v1', three));
        await steps.round(steps.anotherWorker());
        return told;
      },
    };
    await scene.crawl({ tools: { registryOf: () => overtaken } });
    expect(await scene.tags()).toEqual(new Map([['team/app:v1', three.digest]]));
  });

  it('includes the config of an image that its registry did not have before', async () => {
    const image = anImage({ platform: 'linux/arm64' });
    const { registry } = scene.steps;
    scene.steps.put('team/app', 'v1', image);
    registry.content.blobs.delete(image.config.digest);
    await scene.crawl();
    expect(await scene.crawl()).toMatchObject({ state: 'complete', repaired: 0 });
    registry.putBlob('team/app', image.config.bytes);
    expect(await scene.crawl()).toMatchObject({ state: 'complete', repaired: 1 });
    const platforms = await scene.steps.rows(
      `SELECT platform.name, manifest.problems, manifest.diff_chain_id IS NOT NULL AS chained,
              (SELECT bool_and(diff_id IS NOT NULL) FROM image_layer WHERE manifest_id = manifest.id) AS layers,
              tag.platform_set_id = manifest.platform_set_id AS told
         FROM manifest JOIN platform ON platform.id = platform_id JOIN tag ON tag.manifest_id = manifest.id`,
    );
    expect(platforms).toEqual([{ name: 'linux/arm64', problems: null, chained: true, layers: true, told: true }]);
    scene.steps.registry.forgetRequests();
    await scene.crawl();
    expect(scene.asked()).toMatchObject({ manifests: 0, configs: 0 });
  });

  it('a second crawl finds nothing to do and asks only for lists and tags', async () => {
    scene.steps.put('team/app', 'v1', anImage());
    await scene.crawl();
    scene.steps.registry.forgetRequests();
    expect(await scene.crawl()).toMatchObject({ state: 'complete', seen: 1, repaired: 0, removed: 0 });
    expect(scene.asked()).toEqual({ heads: 1, manifests: 0, configs: 0, lists: 2 });
  });
});
