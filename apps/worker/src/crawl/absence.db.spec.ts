import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anImage, anIndex } from '@strata/oci/testing';
import type { Misbehaviour, Where } from '@strata/registry-client/testing';
import { createLogger } from '@strata/runtime';
import { startCrawlScene, type CrawlScene } from './testing/start-crawl-scene.js';

let scene: CrawlScene;
beforeAll(async () => {
  scene = await startCrawlScene();
});
afterAll(() => scene.end());
beforeEach(() => scene.forget());
afterEach(() => scene.steps.registry.behave());

const WELL: Misbehaviour = { kind: 'well' };
const HTML = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>sign in</html>' };
const repositoriesOf = () => scene.steps.registry.content.repositories;

/** Three repositories of 50 tags each, crawled once. */
async function fill(perRepository = 50): Promise<void> {
  const image = anImage();
  for (const repository of ['team/a', 'team/b', 'team/c']) {
    for (let n = 0; n < perRepository; n += 1) scene.steps.put(repository, `v${n}`, image);
  }
  await scene.crawl();
}

const troubles: readonly (readonly [string, Misbehaviour])[] = [
  ['429', { kind: 'answer', status: 429, headers: { 'retry-after': '0' } }],
  ['500', { kind: 'answer', status: 500 }],
  ['503', { kind: 'answer', status: 503 }],
  ['401', { kind: 'answer', status: 401 }],
  ['403', { kind: 'answer', status: 403 }],
  ['404 without a word', { kind: 'answer', status: 404 }],
  ['a page for people', { kind: 'answer', ...HTML }],
  ['an empty 200', { kind: 'answer', status: 200 }],
  ['a closed connection', { kind: 'reset' }],
];
const places: readonly (readonly [string, Where])[] = [
  ['the list of repositories', { path: '_catalog' }],
  ['a list of tags', { path: 'team/b/tags/list' }],
  ['every second tag', { path: /team\/[abc]\/manifests\/v\d*[02468]$/ }],
];

describe.each(places)('from trouble with %s', (_, where) => {
  it.each(troubles)('nothing is concluded, and the crawl goes on by itself (%s)', async (_name, trouble) => {
    await fill(4);
    repositoriesOf().get('team/b')?.tags.delete('v1');
    scene.steps.registry.misbehave(where, trouble, trouble, WELL);
    const run = await scene.crawl({ tools: { random: () => 0 } });
    expect(run).toMatchObject({ state: 'complete', removed: 1 });
    expect(await scene.tags()).toEqual(scene.registryTags());
  });
});

describe('a list that ends well and is not whole', () => {
  const answer = (names: readonly string[]): Misbehaviour => ({
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ repositories: names, tags: names }),
  });
  it.each([
    ['a catalog without most repositories', { path: '_catalog' }, answer(['team/a'])],
    ['an empty catalog', { path: '_catalog' }, answer([])],
    ['a repository without most tags', { path: 'tags/list' }, answer(['v1'])],
    ['repositories without tags', { path: 'tags/list' }, answer([])],
  ])('closes nothing: each tag that is missing there is asked for (%s)', async (_name, where, lie) => {
    await fill();
    const before = await scene.tags();
    scene.steps.registry.misbehave(where, lie);
    expect(await scene.crawl()).toMatchObject({ state: 'complete', seen: 150, removed: 0 });
    expect(await scene.tags()).toEqual(before);
  });
});

describe('what never gets an answer', () => {
  it('keeps a crawl from being complete, and keeps what we know of it', async () => {
    await fill(4);
    repositoriesOf().get('team/b')?.tags.clear();
    scene.steps.put('team/c', 'new', anImage());
    scene.steps.registry.misbehave({ path: 'team/b/tags/list' }, { kind: 'answer', status: 403 });
    const run = await scene.crawl({ tools: { random: () => 0 } });
    expect(run).toMatchObject({ state: 'incomplete', repaired: 1, removed: 0 });
    expect(run.error).toContain('team/b');
    expect([...(await scene.tags()).keys()].filter((name) => name.startsWith('team/b:'))).toHaveLength(4);
  });

  it('may be one tag among others', async () => {
    await fill(4);
    scene.steps.registry.misbehave({ path: 'team/b/manifests/v1' }, { kind: 'answer', status: 500 });
    const run = await scene.crawl({ tools: { random: () => 0 } });
    expect(run).toMatchObject({
      state: 'incomplete',
      seen: 11,
      error: '2 questions about tags and manifests had no answer',
    }); // asked for once more at the end
    expect((await scene.tags()).size).toBe(12);
  });

  it.each([401, 404, 405])(
    'may be the list of repositories: those that are known or configured are walked (%d)',
    async (status) => {
      await fill(4);
      scene.steps.put('team/new', 'v1', anImage());
      scene.steps.put('team/a', 'new', anImage());
      scene.steps.registry.misbehave({ path: '_catalog' }, { kind: 'answer', status });
      const run = await scene.crawl({ tools: { random: () => 0 }, settings: { repositories: ['team/new'] } });
      expect(run).toMatchObject({ state: 'complete', seen: 14, repaired: 2 });
      expect(run.error).toContain('does not list its repositories');
      expect(await scene.tags()).toEqual(scene.registryTags());
    },
  );
});

describe('a crawl that would remove too much', () => {
  it('removes nothing and asks; when it is confirmed, it removes', async () => {
    await fill();
    const before = await scene.tags();
    for (const repository of repositoriesOf().values()) repository.tags.clear();
    const log: string[] = [];
    const logger = createLogger({ name: 'test', level: 'warn', destination: { write: (line) => void log.push(line) } });
    const asking = await scene.crawl({ tools: { logger } });
    expect(asking).toMatchObject({ state: 'asking', removed: 0 });
    expect(log).toEqual([expect.stringContaining(`"msg":"a crawl asks: ${asking.error}"`)]);
    expect(asking.error).toContain('150 of 150 tags');
    expect(asking.error).toContain('strata crawl one --confirm');
    expect(await scene.tags()).toEqual(before);
    expect(await scene.crawl({ confirmed: true })).toMatchObject({ state: 'complete', removed: 150 });
    expect((await scene.tags()).size).toBe(0);
  });

  it('asks nothing any more when the registry has everything again', async () => {
    await fill();
    const kept = new Map([...repositoriesOf()].map(([name, { tags }]) => [name, new Map(tags)]));
    for (const repository of repositoriesOf().values()) repository.tags.clear();
    await scene.crawl();
    for (const [name, tags] of kept)
      for (const [tag, digest] of tags) repositoriesOf().get(name)?.tags.set(tag, digest);
    expect(await scene.crawl()).toMatchObject({ state: 'complete', repaired: 0, removed: 0 });
  });

  it('asks also for one repository, and for a sample calls for a crawl of everything', async () => {
    await fill();
    repositoriesOf().get('team/a')?.tags.clear();
    for (let n = 0; n < 150; n += 1) scene.steps.put('team/d', `v${n}`, anImage());
    await scene.crawl();
    repositoriesOf().get('team/d')?.tags.clear();
    expect(await scene.crawl({ repository: 'team/d' })).toMatchObject({ state: 'asking', removed: 0 });
    expect(await scene.crawl({ sample: true })).toMatchObject({ state: 'incomplete', removed: 0 });
    expect(await scene.steps.rows('SELECT FROM source WHERE dirty_since IS NOT NULL')).toHaveLength(1);
  });
});

describe('manifests that nothing lists', () => {
  it('are asked for by digest, those first that were not for longest, and removed when they are gone', async () => {
    const [amd64, arm64] = ['linux/amd64', 'linux/arm64'].map((platform) => anImage({ platform }));
    if (amd64 === undefined || arm64 === undefined) throw new Error('there are two');
    scene.steps.put('team/app', 'multi', anIndex({ entries: [amd64, arm64] }));
    await scene.crawl();
    repositoriesOf().get('team/app')?.manifests.delete(arm64.digest);
    expect(await scene.crawl({ settings: { manifestBudget: 1 } })).toMatchObject({ seen: 2 });
    expect(await scene.crawl({ settings: { manifestBudget: 1 } })).toMatchObject({ seen: 2 });
    const gone = await scene.steps.rows<{ digest: Buffer }>(
      `SELECT encode(substr(digest, 2), 'hex') AS digest FROM repository_manifest JOIN manifest ON manifest.id = manifest_id WHERE gone_at IS NOT NULL`,
    );
    expect(gone).toEqual([{ digest: arm64.digest.slice('sha256:'.length) }]);
  });
});
