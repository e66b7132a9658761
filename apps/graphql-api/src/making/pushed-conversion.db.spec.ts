import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ONE, openMakingScene, TWO, type MakingScene } from '../testing/making-scene.js';

let scene: MakingScene;
beforeAll(async () => {
  scene = await openMakingScene();
});
afterAll(() => scene.close());
afterEach(() => scene.clear());

const CONVERT =
  'mutation ($input: PushConversionInput!) { pushConversion(input: $input) { reference conversion { digest mediaType lossless } } }';

const CONVERSION = { reference: `${ONE}/team/docker:1`, to: 'OCI', target: `${ONE}/team/made:oci` };

const convert = (input: object, as: string | null = 'assemble') => scene.ask(CONVERT, { ...CONVERSION, ...input }, as);

describe('pushConversion', () => {
  it('pushes the other form, with the blobs of what was converted, and notes it', async () => {
    const { data, codes } = await convert({});
    expect(codes).toEqual([]);
    const { digest } = (data as { pushConversion: { conversion: { digest: string } } }).pushConversion.conversion;
    const made = scene.writable.content.repositories.get('team/made');
    expect([...(made?.tags ?? [])]).toEqual([['oci', digest]]);
    expect(made?.manifests.get(digest)?.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
    expect(await scene.inbox()).toMatchObject([{ action: 'convert', tag: 'oci', digest: digest.slice(7) }]);
  });

  it('pushes nothing that loses something unless that is allowed', async () => {
    const lossy = { reference: `${ONE}/team/annotated:1`, to: 'DOCKER', target: `${ONE}/team/made:docker` };
    const { errors } = await convert(lossy);
    expect(errors).toMatchObject([{ extensions: { code: 'LOSSY', losses: [{ path: '$.annotations' }] } }]);
    expect(scene.writes(scene.writable)).toEqual([]);
    expect((await convert({ ...lossy, allowLoss: true })).codes).toEqual([]);
    expect(scene.tagsOf('team/made')).toEqual(['docker']);
  });

  it.each<[string, object, string, string | null]>([
    ['without a token', {}, 'FORBIDDEN', null],
    ['without the scope', {}, 'FORBIDDEN', 'read'],
    ['with a token for other repositories', { target: `${ONE}/other/made:1` }, 'FORBIDDEN', 'team'],
    ['without write credentials', { target: `${TWO}/team/made:1` }, 'NO_WRITE_CREDENTIALS', 'admin'],
    ['of an artifact to Docker', { reference: `${ONE}/team/chart:1`, to: 'DOCKER' }, 'NOT_CONVERTIBLE', 'admin'],
  ])('%s is refused, and the registry is never written to', async (_, input, code, as) => {
    expect(await convert(input, as)).toMatchObject({ codes: [code] });
    expect([scene.writes(scene.writable), await scene.inbox()]).toEqual([[], []]);
  });
});
