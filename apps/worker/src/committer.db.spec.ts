import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Catalog } from '@strata/catalog';
import { distinctBytes, totalsOf } from '@strata/catalog/testing';
import { anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { openCommitter } from './committer.js';
import { pushOf } from './testing/some-events.js';
import { startSteps, type Steps } from './testing/start-steps.js';

let steps: Steps;
beforeAll(async () => void (steps = await startSteps()));
afterAll(() => steps.end());
beforeEach(() => steps.forget());

const REPOSITORY = 'team/app';

/** The same catalog, in whose transactions something happens after each statement. */
function withAfter(catalog: Catalog, after: () => Promise<void>): Catalog {
  const methodOf = (target: object, key: string | symbol): unknown => {
    const value: unknown = Reflect.get(target, key);
    return typeof value === 'function' ? value.bind(target) : value;
  };
  const pool = new Proxy(catalog.pool, {
    get: (target, key) => (key === 'connect' ? connect : methodOf(target, key)),
  });
  const connect = async () =>
    new Proxy(await catalog.pool.connect(), {
      get: (client, key) => {
        const method = methodOf(client, key);
        if (key !== 'query' || typeof method !== 'function') return method;
        return async (...parameters: readonly unknown[]): Promise<unknown> => {
          const result: unknown = await Reflect.apply(method, client, parameters);
          await after();
          return result;
        };
      },
    });
  return { ...catalog, pool };
}

const child = anImage({ seed: 'child' });
const inner = anIndex({ entries: [{ manifest: child, platform: null }] });
const outer = anIndex({ entries: [inner] });
const complete = { platforms: ['linux/amd64'], totalBytes: distinctBytes(child) };
const LONG_MS = 150;

/** Another worker handles the push of `second` after statement `at` of the transaction that writes `first`. True: there was one. */
async function writeDuring(first: ManifestFixture, second: ManifestFixture, at: number): Promise<boolean> {
  await steps.receive(pushOf(REPOSITORY, null, first));
  let statements = 0;
  let other: Promise<unknown> = Promise.resolve();
  const catalog = withAfter(steps.catalog, async () => {
    statements += 1;
    if (statements !== at) return;
    await steps.receive(pushOf(REPOSITORY, null, second));
    other = steps.round(steps.anotherWorker());
    await Promise.race([other, new Promise((resolve) => setTimeout(resolve, LONG_MS))]); // it may wait for this one
  });
  await steps.round({ ...steps.tools, committer: openCommitter({ catalog, now: steps.tools.now }) });
  await other;
  return statements >= at;
}

it.each<[string, ManifestFixture, ManifestFixture, readonly ManifestFixture[]]>([
  ['an index and its child', inner, child, []],
  ['a child and its index', child, inner, []],
  ['an index around an index, and the child of that', outer, child, [inner]],
  ['a child, and an index around its index', child, outer, [inner]],
])('%s end complete, whichever statement of one the other comes between', async (_, first, second, before) => {
  let at = 1;
  for (; ; at += 1) {
    await steps.forget();
    steps.put(REPOSITORY, null, outer, before.length > 0 ? [child] : []);
    for (const manifest of before) await steps.receive(pushOf(REPOSITORY, null, manifest));
    await steps.settle();
    steps.put(REPOSITORY, null, outer);
    if (!(await writeDuring(first, second, at))) break; // there are no more statements
    await steps.settle();
    for (const index of first === inner || second === inner ? [inner] : [inner, outer])
      expect([at, await totalsOf(steps.catalog.pool, index)]).toEqual([at, complete]);
  }
  expect(at).toBeGreaterThan(10);
});
