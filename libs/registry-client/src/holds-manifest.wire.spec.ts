import { afterEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { MANIFEST, REPOSITORY, openScene, type Scene } from './testing/scene.js';

let scene: Scene;
afterEach(() => scene.close());

const absent = digestOf(Buffer.from('never pushed'));

function asked(): readonly string[] {
  return scene.fake.requests.filter(({ path }) => path.includes('/manifests/')).map(({ method }) => method);
}

describe('holdsManifest', () => {
  it('asks once, by HEAD, for what is there', async () => {
    scene = await openScene();
    expect(await scene.registry.holdsManifest(REPOSITORY, digestOf(MANIFEST.bytes))).toBe(true);
    expect(asked()).toEqual(['HEAD']);
  });

  it('says no only after a GET has said so', async () => {
    scene = await openScene();
    expect(await scene.registry.holdsManifest(REPOSITORY, absent)).toBe(false);
    expect(asked()).toEqual(['HEAD', 'GET']);
  });

  it('believes no proxy that answers 404 to every HEAD', async () => {
    scene = await openScene();
    scene.fake.misbehave({ method: 'HEAD' }, { kind: 'answer', status: 404 });
    expect(await scene.registry.holdsManifest(REPOSITORY, digestOf(MANIFEST.bytes))).toBe(true);
  });

  it.each([401, 403, 408, 429, 500, 503])('concludes nothing from %d', async (status) => {
    scene = await openScene();
    scene.fake.misbehave({ path: '/manifests/' }, { kind: 'answer', status });
    await expect(scene.registry.holdsManifest(REPOSITORY, absent)).rejects.toMatchObject({ name: 'RegistryError' });
  });

  it('concludes nothing from a page that says 404 to people', async () => {
    scene = await openScene();
    const page = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>not found</html>' };
    scene.fake.misbehave({ path: '/manifests/' }, { kind: 'answer', ...page });
    await expect(scene.registry.holdsManifest(REPOSITORY, absent)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
