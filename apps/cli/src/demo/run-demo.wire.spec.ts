import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startFakeRegistry } from '@strata/registry-client/testing';
import { DemoError } from './demo-error.js';
import { runDemo, type DemoOptions } from './run-demo.js';
import { startDemoRegistry } from './start-demo-registry.js';
import { startSmallCatalog, type Flaw } from './testing/start-small-catalog.js';

let close: () => Promise<unknown>;
afterEach(() => close());
afterEach(() => void jest.restoreAllMocks());

async function demo(flaw: Flaw, changes: Partial<DemoOptions> = {}): Promise<string> {
  const { registry, hookSecret } = await startDemoRegistry();
  const catalog = await startSmallCatalog(registry.url, hookSecret, flaw);
  close = () => Promise.all([catalog.close(), registry.close()]);
  let text = '';
  const { hookUrl, graphqlUrl } = catalog;
  const write = (part: string) => void (text += part);
  const graphiqlUrl = 'http://127.0.0.1:3000/graphiql';
  await runDemo({
    hookUrl,
    hookSecret,
    graphqlUrl,
    graphiqlUrl,
    registry,
    write,
    isTerminal: false,
    pauseMs: 50,
    ...changes,
  });
  return text;
}

describe('the demonstration', () => {
  it('pushes, waits, and prints both questions with their right answers', async () => {
    const text = await demo('none');
    expect(text).toContain('Pushing 40 tags in 12 repositories to http://127.0.0.1:');
    expect(text).toContain('In the catalog: 40 of 40');
    expect(text).toContain('tags(where: {platforms: {lacks: ["arm64"]}}, first: 100)');
    expect(text).toMatch(/team-a\/checkout:2\.1\.0 +linux\/amd64 +OCI index/);
    expect(text).toMatch(/team-b\/reports:latest +linux\/amd64 +Docker schema 2/);
    expect(text).toContain('12 of 40 tags');
    expect(text).toMatch(/layer\(digest: "sha256:[0-9a-f]{64}"\)/);
    expect(text).toMatch(/\d+ images in \d+ repositories/);
    expect(text).toContain('http://127.0.0.1:3000/graphiql');
    expect(text).not.toContain('\x1b');
  });

  it('draws a bar over itself on a terminal', async () => {
    const text = await demo('none', { isTerminal: true });
    expect(text).toMatch(/\rIn the catalog {2}█{32} {2}40 of 40/);
  });

  it.each<[Flaw, RegExp, number]>([
    [
      'refuses-hooks',
      /only 0 of 40 tags arrived in the catalog; \d+ events are still waiting to be taken by http/,
      300,
    ],
    ['counts-attestations', /only \d+ of 40 tags arrived/, 2_500],
  ])('fails with a clear sentence on a catalog that %s', async (flaw, sentence, timeoutMs) => {
    const outcome = await demo(flaw, { timeoutMs }).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(DemoError);
    expect(String(outcome)).toMatch(sentence);
  });

  it.each<[Flaw, RegExp]>([
    ['forgets-a-tag', /lacks arm64 and is not among the answers/],
    ['forgets-an-image', /the image sha256:[0-9a-f]{64} has the layer and is not among the answers/],
  ])('fails with a clear sentence on a catalog that knows every tag and %s', async (flaw, sentence) => {
    const clock = jest.spyOn(performance, 'now');
    let lateMs = 0;
    const write = (part: string): void => {
      if (part.includes('40 of 40')) clock.mockImplementation(() => (lateMs += 61_000)); // each look is the last one
    };
    const outcome = await demo(flaw, { write }).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(DemoError);
    expect(String(outcome)).toMatch(sentence);
  });

  it('fails with a clear sentence when there is no API, or another answer than asked for', async () => {
    const closed = 'http://127.0.0.1:1/graphql';
    await expect(demo('none', { graphqlUrl: closed })).rejects.toThrow(
      `the GraphQL API at ${closed} cannot be reached`,
    );
    await close();
    const strange = await startFakeRegistry(); // a 404 in JSON
    const wrong = demo('none', { graphqlUrl: `${strange.url.origin}/graphql` });
    await expect(wrong.finally(() => strange.close())).rejects.toThrow(/the GraphQL API refused a question: 404/);
  });

  it('ends when it is told to', async () => {
    const stopping = new AbortController();
    const reason = new DemoError('stopped');
    setTimeout(() => stopping.abort(reason), 200);
    await expect(demo('refuses-hooks', { signal: stopping.signal })).rejects.toBe(reason);
  });
});
