import { afterEach, describe, expect, it } from '@jest/globals';
import type { ListedPage } from './registry.js';
import { MANIFEST, REPOSITORY, openScene, type Scene } from './testing/scene.js';

let scene: Scene;
afterEach(() => scene.close());

async function pagesOf(listing: AsyncIterable<ListedPage>): Promise<ListedPage[]> {
  const pages: ListedPage[] = [];
  for await (const page of listing) pages.push(page);
  return pages;
}

describe('listTags', () => {
  it('lists every tag, page by page, and goes on where it was', async () => {
    scene = await openScene();
    const tags = Array.from({ length: 2_500 }, (_, at) => `t${String(at).padStart(4, '0')}`);
    for (const tag of tags) scene.fake.put('team/many', tag, MANIFEST);
    const pages = await pagesOf(scene.registry.listTags('team/many'));
    expect(pages.map(({ names }) => names.length)).toEqual([1_000, 1_000, 500]);
    expect(pages.flatMap(({ names }) => names)).toEqual(tags);
    const rest = await pagesOf(scene.registry.listTags('team/many', { after: pages[0]?.next ?? '' }));
    expect(rest).toEqual(pages.slice(1));
  });
});

describe('listRepositories', () => {
  it('lists every repository', async () => {
    scene = await openScene();
    scene.fake.put('a/b', '1', MANIFEST);
    expect(await pagesOf(scene.registry.listRepositories())).toEqual([
      { names: ['a/b', REPOSITORY], skipped: 0, next: null },
    ]);
  });
});

describe('checkAccess', () => {
  it('says how an open registry lets everybody in', async () => {
    scene = await openScene();
    expect(await scene.registry.checkAccess()).toEqual({ state: 'ok', authentication: 'none' });
  });
});
