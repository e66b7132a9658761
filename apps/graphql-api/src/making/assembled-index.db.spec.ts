import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { blobsOf } from '@strata/oci/testing';
import { images, ONE, openMakingScene, TWO, type MakingScene } from '../testing/making-scene.js';

let scene: MakingScene;
beforeAll(async () => {
  scene = await openMakingScene();
});
afterAll(() => scene.close());
afterEach(() => scene.clear());

const ASSEMBLE =
  'mutation ($input: AssembleIndexInput!) { assembleIndex(input: $input) { reference digest mediaType document pushed } }';
const assemble = (input: object, as: string | null = 'assemble') => scene.ask(ASSEMBLE, { ...INDEX, ...input }, as);

const INDEX = {
  reference: `${ONE}/team/made:1`,
  members: [{ reference: `${ONE}/team/amd:1` }, { reference: `${TWO}/lib/arm:1` }],
};
describe('assembleIndex', () => {
  it('shows an index, the same bytes each time, and asks no registry anything', async () => {
    const shown = await assemble({}, null);
    expect(shown).toMatchObject({ codes: [], data: { assembleIndex: { pushed: false, reference: INDEX.reference } } });
    expect((await assemble({}, 'read')).data).toEqual(shown.data);
    expect([scene.writable.requests, scene.readable.requests, await scene.inbox()]).toEqual([[], [], []]);
  });

  it('pushes what the target lacks, from its own registry by mounting and from another by copying, the tag last', async () => {
    const { data, codes } = await assemble({ push: true });
    expect(codes).toEqual([]);
    const { digest } = (data as { assembleIndex: { digest: string } }).assembleIndex;
    const made = scene.writable.content.repositories.get('team/made');
    expect([...(made?.tags ?? [])]).toEqual([['1', digest]]);
    expect([...(made?.manifests.keys() ?? [])]).toEqual([images.amd64.digest, images.arm64.digest, digest]);
    for (const { digest: blob } of [...blobsOf(images.amd64), ...blobsOf(images.arm64)])
      expect(made?.blobs.has(blob)).toBe(true);
    expect(scene.writable.requests.filter(({ path }) => path.includes('mount=')).length).toBe(
      blobsOf(images.amd64).length,
    );
    expect(scene.writes(scene.readable)).toEqual([]);
    expect(scene.writes(scene.writable).at(-1)).toMatchObject({ method: 'PUT', path: '/v2/team/made/manifests/1' });
  });

  it('notes the push as an event of its own, with who made it, so that the worker looks', async () => {
    const { data } = await assemble({ push: true });
    const { digest } = (data as { assembleIndex: { digest: string } }).assembleIndex;
    expect(await scene.inbox()).toEqual([
      {
        work: 'manifest',
        action: 'assemble',
        repository: 'team/made',
        tag: '1',
        actor: 'assemble',
        digest: digest.slice(7),
      },
    ]);
  });

  it('pushed again, sends only the index', async () => {
    await assemble({ push: true });
    scene.writable.forgetRequests();
    expect((await assemble({ push: true })).codes).toEqual([]);
    expect(scene.writes(scene.writable).map(({ path }) => path)).toEqual(['/v2/team/made/manifests/1']);
  });

  it('takes the entries of an index with their attestations, and says platforms as it is told', async () => {
    const members = [
      { reference: `${TWO}/lib/both:1` },
      {
        reference: `${ONE}/team/amd@${images.amd64.digest}`,
        platform: 'linux/amd64/v3',
        annotations: [{ key: 'a', value: 'b' }],
      },
    ];
    const { data, codes } = await assemble({ members, push: true, annotations: [{ key: 'x', value: 'y' }] });
    expect(codes).toEqual([]);
    const { document } = (data as { assembleIndex: { document: string } }).assembleIndex;
    expect(JSON.parse(document)).toMatchObject({
      manifests: [
        { platform: { architecture: 's390x' } },
        {},
        { platform: { variant: 'v3' }, annotations: { a: 'b' } },
      ],
      annotations: { x: 'y' },
    });
    expect(scene.tagsOf('team/made')).toEqual(['1']);
  });

  it.each<[string, object, string, string | null]>([
    ['without a token', {}, 'FORBIDDEN', null],
    ['without the scope', {}, 'FORBIDDEN', 'read'],
    ['with a token for other repositories', { reference: `${ONE}/other/made:1` }, 'FORBIDDEN', 'team'],
    ['without write credentials', { reference: `${TWO}/team/made:1` }, 'NO_WRITE_CREDENTIALS', 'admin'],
    ['to a registry that is not configured', { reference: 'four.example/team/made:1' }, 'NOT_FOUND', 'admin'],
    ['to a digest', { reference: `${ONE}/team/made@${images.amd64.digest}` }, 'BAD_USER_INPUT', 'admin'],
    ['to what is no reference', { reference: '../x' }, 'BAD_USER_INPUT', 'admin'],
    ['of nothing', { members: [] }, 'NOT_ASSEMBLABLE', 'admin'],
    ['of what is not there', { members: [{ reference: `${ONE}/no/such:1` }] }, 'NOT_FOUND', 'admin'],
    [
      'of two families',
      { members: [...INDEX.members, { reference: `${ONE}/team/docker:1` }] },
      'NOT_ASSEMBLABLE',
      'admin',
    ],
    ['of one platform twice', { members: [INDEX.members[0], INDEX.members[0]] }, 'NOT_ASSEMBLABLE', 'admin'],
    ['of an artifact', { members: [{ reference: `${ONE}/team/chart:1` }] }, 'NOT_ASSEMBLABLE', 'admin'],
    ['of too much', { members: Array.from({ length: 51 }, () => INDEX.members[0]) }, 'TOO_MUCH', 'admin'],
    [
      'of what no configured source holds',
      { members: [{ reference: 'three.example/far/away:1' }] },
      'NOT_FOUND',
      'admin',
    ],
  ])('%s is refused, and the registry is never written to', async (_, input, code, as) => {
    expect(await assemble({ ...input, push: true }, as)).toMatchObject({ data: null, codes: [code] });
    expect([scene.writes(scene.writable), scene.writes(scene.readable), await scene.inbox()]).toEqual([[], [], []]);
  });

  it('by a token for these repositories is made', async () => {
    expect((await assemble({ push: true }, 'team')).codes).toEqual([]);
  });

  it.each<[string, { method: string; path: string | RegExp }]>([
    ['a blob', { method: 'PUT', path: '/uploads/' }],
    ['a child', { method: 'PUT', path: /manifests\/sha256:/ }],
    ['the tag', { method: 'PUT', path: 'manifests/1' }],
    ['what is read back', { method: 'GET', path: '/manifests/' }],
  ])('leaves no tag, and notes nothing, when the registry fails with %s', async (what, where) => {
    scene.writable.misbehave(where, { kind: 'answer', status: 500 });
    const { errors } = await assemble({ push: true });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_PUSHED', reason: 'unavailable' } }]);
    expect([scene.tagsOf('team/made'), await scene.inbox()]).toEqual([[], []]);
    scene.writable.behave();
    expect((await assemble({ push: true })).codes).toEqual([]);
    expect([what, scene.tagsOf('team/made')]).toEqual([what, ['1']]);
  });

  it('leaves no tag when what it copies is not what it should be', async () => {
    const [config] = blobsOf(images.arm64);
    const kept = scene.readable.content.blobs.get(config?.digest ?? '') ?? new Uint8Array();
    scene.readable.content.blobs.set(config?.digest ?? '', Buffer.from('x'.repeat(kept.byteLength)));
    const { errors } = await assemble({ push: true });
    scene.readable.content.blobs.set(config?.digest ?? '', kept);
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_PUSHED', reason: 'digest-mismatch' } }]);
    expect(scene.tagsOf('team/made')).toEqual([]);
  });
});

it('no secret of a registry is in an answer or in the log', async () => {
  scene.writable.misbehave(
    { method: 'PUT' },
    { kind: 'answer', status: 403, body: '{"errors":[{"message":"writer:w"}]}' },
  );
  const answer = await assemble({ push: true });
  expect(JSON.stringify(answer)).not.toContain('writer:w');
  expect(scene.api.log.join()).not.toMatch(/writer:w|"password":"w"/);
});
