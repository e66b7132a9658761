import { afterEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { CONFIG, REPOSITORY, openScene, type Scene } from './testing/scene.js';

let scene: Scene;
afterEach(() => scene.close());

describe('the size of a blob', () => {
  it('is what a HEAD says, without reading it', async () => {
    scene = await openScene();
    expect(await scene.registry.fetchBlobSize(REPOSITORY, digestOf(CONFIG))).toBe(CONFIG.length);
    expect(scene.fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `HEAD /v2/${REPOSITORY}/blobs/${digestOf(CONFIG)}`,
    ]);
  });

  it.each([404, 405])('is unknown where the registry answers %d', async (status) => {
    scene = await openScene();
    scene.fake.misbehave({ method: 'HEAD' }, { kind: 'answer', status });
    expect(await scene.registry.fetchBlobSize(REPOSITORY, digestOf(CONFIG))).toBeNull();
  });

  it.each([401, 403, 429, 500, 503])('is not concluded from %d', async (status) => {
    scene = await openScene();
    scene.fake.misbehave({ path: '/blobs/' }, { kind: 'answer', status });
    await expect(scene.registry.fetchBlobSize(REPOSITORY, digestOf(CONFIG))).rejects.toMatchObject({
      name: 'RegistryError',
    });
  });
});
