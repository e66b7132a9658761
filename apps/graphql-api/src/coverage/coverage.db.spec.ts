import { describe, expect, it } from '@jest/globals';
import { anImage, anIndex } from '@strata/oci/testing';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';
import { push } from '../testing/push.js';
import { minute } from '../testing/small-catalog.js';

const { answer, db } = askSmallCatalog();

const ONE = 'one.example';

describe('coverage', () => {
  async function groups(by: readonly string[], where?: object): Promise<unknown> {
    const data = await answer(
      'query($by: [CoverageKey!]!, $where: TagFilter) { coverage(by: $by, where: $where) { key tags repositories share } }',
      { by, where },
    );
    return (data as { coverage: unknown }).coverage;
  }

  it('counts a tag once in every architecture that it has, and artifacts in none', async () => {
    expect(await groups(['ARCHITECTURE'])).toEqual([
      { key: ['amd64'], tags: 8, repositories: 7, share: 0.8 },
      { key: ['arm'], tags: 3, repositories: 2, share: 0.3 },
      { key: ['arm64'], tags: 3, repositories: 2, share: 0.3 },
      { key: ['s390x'], tags: 1, repositories: 1, share: 0.1 },
    ]);
  });

  it('counts by registry and format together, in the order of the keys', async () => {
    expect(await groups(['REGISTRY', 'FORMAT'], { repository: { startsWith: 'library/' } })).toEqual([
      { key: [ONE, 'OCI_INDEX'], tags: 2, repositories: 1, share: 0.5 },
      { key: [ONE, 'DOCKER_SCHEMA2'], tags: 1, repositories: 1, share: 0.25 },
      { key: ['two.example', 'OCI_IMAGE'], tags: 1, repositories: 1, share: 0.25 },
    ]);
  });

  it('counts by set of platforms, by namespace and by month', async () => {
    expect(await groups(['PLATFORM_SET'], { repository: { glob: 'team/*' } })).toEqual(
      expect.arrayContaining([
        { key: ['linux/amd64,linux/arm64'], tags: 1, repositories: 1, share: 0.25 },
        { key: [''], tags: 1, repositories: 1, share: 0.25 },
      ]),
    );
    expect(await groups(['NAMESPACE', 'MONTH'], { platforms: { has: ['windows/amd64'] } })).toEqual([
      { key: ['win', '2026-11'], tags: 1, repositories: 1, share: 1 },
    ]);
    expect(await groups([], { name: { eq: 'nope' } })).toEqual([]);
  });

  it('counts a tag with two variants of an architecture once', async () => {
    const entries = ['linux/arm/v6', 'linux/arm/v7'].map((platform) => anImage({ seed: 'variants', platform }));
    const where = { registry: 'one.example', repository: 'team/variants', tag: '1', at: minute(20) };
    await push(db().catalog, { ...where, manifest: anIndex({ entries }) });
    const only = { repository: { eq: 'team/variants' } };
    expect(await groups(['ARCHITECTURE'], only)).toEqual([{ key: ['arm'], tags: 1, repositories: 1, share: 1 }]);
    expect(await groups(['PLATFORM'], only)).toEqual([
      { key: ['linux/arm/v6'], tags: 1, repositories: 1, share: 1 },
      { key: ['linux/arm/v7'], tags: 1, repositories: 1, share: 1 },
    ]);
  });
});
