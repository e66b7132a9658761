import { describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { openRegistry, type Registry } from '@strata/registry-client';
import { openMemoryBudget } from './memory-budget.js';

const DIGEST = digestOf(Buffer.from('x'));

/** A registry whose every document has so many bytes. */
function registryOf(sizeBytes: number): Registry {
  const bytes = new Uint8Array(sizeBytes);
  const nowhere = { baseUrl: new URL('http://registry.invalid'), credentials: null, allowPrivateNetwork: false };
  return {
    ...openRegistry(nowhere),
    fetchManifest: async () => ({ digest: DIGEST, bytes, contentType: null }),
    fetchConfig: async () => bytes,
  };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('the memory budget', () => {
  it('lets the next event fetch only when enough was given back', async () => {
    const budget = openMemoryBudget(100);
    let finishFirst: () => void = () => undefined;
    const first = budget.during(registryOf(100), async (registry) => {
      await registry.fetchManifest('a', DIGEST);
      await new Promise<void>((resolve) => (finishFirst = resolve));
    });
    await turn();
    let fetched = false;
    const second = budget.during(registryOf(100), async (registry) => {
      await registry.fetchManifest('b', DIGEST);
      fetched = true;
    });
    await turn();
    expect(fetched).toBe(false);
    finishFirst();
    await Promise.all([first, second]);
    expect(fetched).toBe(true);
  });

  it('never makes an event wait that holds something already', async () => {
    const budget = openMemoryBudget(10);
    await budget.during(registryOf(100), async (registry) => {
      await registry.fetchManifest('a', DIGEST);
      await registry.fetchConfig('a', DIGEST);
    });
  });

  it('lets only so many be about to bring a document of unknown size', async () => {
    const budget = openMemoryBudget(1);
    let underWay = 0;
    let most = 0;
    const slow: Registry = {
      ...registryOf(0),
      async fetchManifest() {
        most = Math.max(most, (underWay += 1));
        await turn();
        underWay -= 1;
        return { digest: DIGEST, bytes: new Uint8Array(0), contentType: null };
      },
    };
    const works = Array.from({ length: 100 }, () =>
      budget.during(slow, (registry) => registry.fetchManifest('a', DIGEST)),
    );
    await Promise.all(works);
    expect(most).toBe(32);
  });

  it('counts nothing for work that has failed', async () => {
    const budget = openMemoryBudget(100);
    const failing = budget.during(registryOf(100), async (registry) => {
      await registry.fetchManifest('a', DIGEST);
      throw new Error('too bad');
    });
    await expect(failing).rejects.toThrow('too bad');
    await budget.during(registryOf(1), (registry) => registry.fetchManifest('b', DIGEST));
  });
});
