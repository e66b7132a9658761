import { afterEach, describe, expect, it } from '@jest/globals';
import type { RegistryErrorCode } from './registry-error.js';
import type { ListedPage } from './registry.js';
import type { Misbehaviour } from './testing/misbehaviour.js';
import type { FakePaging } from './testing/serve-listings.js';
import { MANIFEST, REPOSITORY, openScene, refusalOf, type Scene } from './testing/scene.js';

let scene: Scene;
afterEach(() => scene.close());

const MANY = 'team/many';
const tagsOf = (count: number) => Array.from({ length: count }, (_, at) => `t${String(at).padStart(4, '0')}`);
const answer = (status: number, body = '', headers = {}): Misbehaviour => ({ kind: 'answer', status, body, headers });

async function openMany(count: number, paging: FakePaging = {}): Promise<readonly string[]> {
  scene = await openScene();
  const tags = tagsOf(count);
  for (const tag of tags) scene.fake.put(MANY, tag, MANIFEST);
  scene.fake.pageAs(paging);
  return tags;
}

async function pagesOf(listing: AsyncIterable<ListedPage>): Promise<ListedPage[]> {
  const pages: ListedPage[] = [];
  for await (const page of listing) pages.push(page);
  return pages;
}
const namesOf = async (listing: AsyncIterable<ListedPage>) => (await pagesOf(listing)).flatMap(({ names }) => names);
const asked = () => scene.fake.requests.map(({ method, path }) => `${method} ${path}`);

describe('a listing', () => {
  it('comes page by page, and goes on where it was in another process', async () => {
    const tags = await openMany(2_500);
    const pages = await pagesOf(scene.registry.listTags(MANY));
    expect(pages.map(({ names }) => names.length)).toEqual([1_000, 1_000, 500]);
    expect(pages.flatMap(({ names }) => names)).toEqual(tags);
    expect(pages.map(({ next }) => next)).toEqual(['n=1000&last=t0999', 'n=1000&last=t1999', null]);
    scene.fake.forgetRequests();
    const rest = await pagesOf(scene.registry.listTags(MANY, { after: pages[0]?.next ?? '' }));
    expect(rest).toEqual(pages.slice(1));
    expect(asked()).toEqual([
      `GET /v2/${MANY}/tags/list?n=1000&last=t0999`,
      `GET /v2/${MANY}/tags/list?n=1000&last=t1999`,
    ]);
  });

  it.each<[string, FakePaging]>([
    [
      'absolute',
      { link: ({ pathname, cursor }) => `<${scene.fake.url.origin}${pathname}?last=${cursor}>; rel="next"` },
    ],
    ['to another host', { link: ({ cursor }) => `<http://10.255.255.1/v2/other?last=${cursor}&n=100>; rel="next"` }],
    ['to another path', { link: ({ cursor }) => `</api/docker/v2/x/tags/list?last=${cursor}>; rel="next"` }],
    ['only a query', { link: ({ cursor }) => `<?last=${cursor}>; rel="next"` }],
    ['without quotes', { link: ({ pathname, cursor }) => `<${pathname}?last=${cursor}>; rel=next` }],
    ['without brackets', { link: ({ pathname, cursor }) => `${pathname}?last=${cursor}; rel="next"` }],
    ['behind another one', { link: ({ cursor }) => `<?last=>; rel="first", <?last=${cursor}>; rel="next"` }],
    ['with n=0', { link: ({ cursor }) => `<?last=${cursor}&n=0>; rel="next"` }],
    ['a word of the registry’s own', { isOpaque: true, parameter: 'next_page' }],
    ['a last name that is no name', { isOpaque: true }],
  ])('follows a Link that is %s', async (_, paging) => {
    const tags = await openMany(250, { cap: 100, ...paging });
    expect(await namesOf(scene.registry.listTags(MANY))).toEqual(tags);
    expect(scene.fake.counts()).toEqual({ tags: 3 });
    expect(new Set(asked().map((line) => line.split('?')[0]))).toEqual(new Set([`GET /v2/${MANY}/tags/list`]));
  });

  it('asks for fewer names once where 1,000 are refused, and remembers it', async () => {
    const tags = await openMany(150, { refuseAbove: 100 });
    expect(await namesOf(scene.registry.listTags(MANY))).toEqual(tags);
    expect(await namesOf(scene.registry.listTags(REPOSITORY))).toEqual(['1.0']);
    expect(asked().map((line) => line.split('?')[1])).toEqual(['n=1000', 'n=100', 'n=100&last=t0099', 'n=100']);
  });

  it('goes on behind a full page without a Link', async () => {
    const tags = await openMany(2_000, { link: () => null });
    expect(await namesOf(scene.registry.listTags(MANY))).toEqual(tags);
    expect(asked().map((line) => line.split('?')[1])).toEqual(['n=1000', 'n=1000&last=t0999', 'n=1000&last=t1999']);
  });

  it.each([1_000, 1_500])('of %p names from a registry that knows no pages is complete', async (count) => {
    const tags = await openMany(count, { ignoresQuery: true });
    expect(await namesOf(scene.registry.listTags(MANY))).toEqual(tags);
  });

  it('names each once and leaves out what cannot be asked for', async () => {
    scene = await openScene();
    scene.fake.misbehave({}, answer(200, JSON.stringify({ tags: ['b', 'a', 'b', '-x', 'ü', ''] })));
    expect(await pagesOf(scene.registry.listTags(REPOSITORY))).toEqual([{ names: ['b', 'a'], skipped: 3, next: null }]);
    scene.fake.misbehave({}, answer(200, JSON.stringify({ repositories: ['a/b', 'A/B', '../x'] })));
    expect(await pagesOf(scene.registry.listRepositories())).toEqual([{ names: ['a/b'], skipped: 2, next: null }]);
  });

  it('of nothing is empty, written as a list or as null', async () => {
    scene = await openScene();
    scene.fake.content.repositories.get(REPOSITORY)?.tags.clear();
    expect(await namesOf(scene.registry.listTags(REPOSITORY))).toEqual([]);
    scene.fake.content.repositories.clear();
    expect(await namesOf(scene.registry.listRepositories())).toEqual([]);
  });

  it('of all repositories asks for a token for the catalog, of one for nothing more than reading it', async () => {
    scene = await openScene({ auth: { kind: 'token' } });
    expect(await namesOf(scene.registry.listRepositories())).toEqual([REPOSITORY]);
    expect(await namesOf(scene.registry.listTags(REPOSITORY))).toEqual(['1.0']);
    const scopes = scene.fake.requests.flatMap(({ path }) =>
      new URL(path, scene.fake.url).searchParams.getAll('scope'),
    );
    expect(scopes).toEqual(['registry:catalog:*', `repository:${REPOSITORY}:pull`]);
  });
});

describe('a listing that is not whole never ends well', () => {
  const html = { 'content-type': 'text/html' };
  const page = (tags: readonly string[], link?: string) =>
    answer(200, JSON.stringify({ tags }), link === undefined ? {} : { link: `<${link}>; rel="next"` });

  it.each<[string, Misbehaviour, RegistryErrorCode]>([
    ['an empty 200', answer(200), 'unavailable'],
    ['a web page', answer(200, '<html>{"tags":[]}', html), 'unavailable'],
    ['half a document', answer(200, '{"name":"x","tags":["a","b"'), 'unavailable'],
    ['a body that is cut', { kind: 'cut', promisedBytes: 100, body: '{"tags":["a"]}' }, 'unavailable'],
    ['a reset', { kind: 'reset' }, 'unavailable'],
    ['no list', answer(200, '{"name":"x"}'), 'unavailable'],
    ['no object', answer(200, '["a"]'), 'unavailable'],
    ['a list of numbers', answer(200, '{"tags":[1]}'), 'unavailable'],
    ['an error dressed as success', answer(200, '{"tags":[],"errors":[{"code":"DENIED"}]}'), 'unavailable'],
    ['a 401', answer(401), 'unauthorized'],
    ['a 403', answer(403), 'unauthorized'],
    ['a 404 that does not say so itself', answer(404, 'page not found'), 'unavailable'],
    ['a clean 404', answer(404, '{"errors":[{"code":"NAME_UNKNOWN"}]}'), 'not-found'],
    ['a 429', answer(429), 'rate-limited'],
    ['a 500', answer(500), 'unavailable'],
    ['a 503', answer(503), 'unavailable'],
    ['depth without end', answer(200, `{"tags":${'['.repeat(100_000)}`), 'unavailable'],
  ])('but in %s', async (_, step, code) => {
    await openMany(300, { cap: 100 });
    expect((await refusalOf(namesOf(scene.registry.listTags('a/b', { after: 'n=1' })))).code).toBe('not-found');
    scene.fake.misbehave({ path: 'last=t0099' }, step);
    const got: string[] = [];
    const reading = (async () => {
      for await (const { names } of scene.registry.listTags(MANY)) got.push(...names);
    })();
    expect((await refusalOf(reading)).code).toBe(code);
    expect(got).toEqual(tagsOf(100));
  });

  it('nor when its pages go in a circle', async () => {
    scene = await openScene();
    const first = page(['a'], '?last=a');
    scene.fake.misbehave({}, first);
    scene.fake.misbehave({ path: 'last=a' }, page(['b'], '?last=b'));
    scene.fake.misbehave({ path: 'last=b' }, page(['c'], '?last=a'));
    expect(await refusalOf(namesOf(scene.registry.listTags(MANY)))).toMatchObject({
      code: 'bad-response',
      message: expect.stringContaining('circle'),
    });
    expect(scene.fake.counts()).toEqual({ tags: 3 });
    scene.fake.misbehave({}, first, page(['a'], '?last=a&again=1'));
    expect((await refusalOf(namesOf(scene.registry.listTags(MANY)))).message).toContain('circle');
  });

  it('nor when a Link names the page it stands on', async () => {
    await openMany(10, { cap: 5, link: ({ pathname }) => `<${pathname}>; rel="next"` });
    expect((await refusalOf(namesOf(scene.registry.listTags(MANY)))).code).toBe('bad-response');
  });

  it('nor beyond 16 MiB in a page', async () => {
    scene = await openScene();
    const text = JSON.stringify({ tags: ['a'] });
    scene.fake.misbehave(
      {},
      answer(200, text.padEnd(16 * 1024 * 1024)),
      answer(200, text.padEnd(16 * 1024 * 1024 + 1)),
    );
    expect(await namesOf(scene.registry.listTags(MANY))).toEqual(['a']);
    expect((await refusalOf(namesOf(scene.registry.listTags(MANY)))).code).toBe('too-large');
  });

  it('nor beyond a million names', async () => {
    scene = await openScene();
    const count = 250_000;
    const named = (word: string) => Array.from({ length: count }, (_, at) => `${word}${at}`);
    const [odd, even] = [named('o'), named('e')];
    scene.fake.misbehave({}, ...[odd, even, odd, even, odd].map((tags, at) => page(tags, `?last=${at}`)));
    const got: number[] = [];
    const reading = (async () => {
      for await (const { names } of scene.registry.listTags(MANY)) got.push(names.length);
    })();
    expect((await refusalOf(reading)).code).toBe('too-large');
    expect(got).toEqual([count, count, count, count]);
  }, 30_000);

  it.each([404, 405, 501])('nor where a registry offers no catalog, as its %p says', async (status) => {
    scene = await openScene();
    scene.fake.misbehave({}, answer(status, '404 page not found'));
    expect((await refusalOf(namesOf(scene.registry.listRepositories()))).code).toBe('unsupported');
  });

  it('nor once the caller gave up', async () => {
    await openMany(300, { cap: 100 });
    const control = new AbortController();
    const reading = (async () => {
      for await (const { next } of scene.registry.listTags(MANY, { signal: control.signal })) {
        if (next !== null) control.abort(new Error('gave up'));
      }
    })();
    await expect(reading).rejects.toThrow('gave up');
    expect(scene.fake.counts()).toEqual({ tags: 1 });
  });

  it('and no name outside the grammar is asked about', async () => {
    scene = await openScene();
    expect((await refusalOf(namesOf(scene.registry.listTags('../x')))).code).toBe('invalid-name');
    expect(scene.fake.requests).toEqual([]);
  });
});
