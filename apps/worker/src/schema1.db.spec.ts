import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { countUses } from '@strata/catalog';
import { EMPTY_LAYER, aLayer, aSchema1Image, anImage, type Schema1Fixture, type Signer } from '@strata/oci/testing';
import { deletionOf, pushOf } from './testing/some-events.js';
import { startSteps, type Steps } from './testing/start-steps.js';

let steps: Steps;
beforeAll(async () => void (steps = await startSteps()));
afterAll(() => steps.end());
beforeEach(async () => {
  steps.registry.behave();
  await steps.forget();
});

const REPOSITORY = 'team/app';
const UNKNOWN = JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] });
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

async function push(image: Schema1Fixture): Promise<void> {
  const digest = steps.registry.put(REPOSITORY, 'v1', image);
  await steps.receive(pushOf(REPOSITORY, 'v1', { digest }));
  await steps.settle();
}

describe('an image in Docker’s first format', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [base, top] = [aLayer('base'), aLayer('top')];
  const made = (signedBy: readonly Signer[] = [{ privateKey, algorithm: 'ES256' }]) =>
    aSchema1Image({ layers: [base, null, top], platform: 'linux/arm64', signedBy });

  it('is catalogued like any other: platform, layers base first, chain, and its bytes as served', async () => {
    const image = made();
    await push(image);
    expect(
      await steps.rows(
        `SELECT encode(manifest.digest, 'hex') AS digest, kind, format, status, problems, config_id, layer_count,
                total_bytes, platform.name AS platform, platform_set.members = ARRAY[platform.id] AS has_set, bytes
           FROM manifest JOIN platform ON platform.id = platform_id
           JOIN platform_set ON platform_set.id = platform_set_id JOIN manifest_document ON manifest_id = manifest.id`,
      ),
    ).toEqual([
      {
        digest: `01${image.digest.slice(7)}`,
        kind: 'image',
        format: 'docker_schema1',
        status: 'valid',
        problems: null,
        config_id: null,
        layer_count: 3,
        total_bytes: 32n,
        platform: 'linux/arm64',
        has_set: true,
        bytes: Buffer.from(image.bytes),
      },
    ]);
    expect(
      await steps.rows(
        `SELECT position, encode(layer.digest, 'hex') AS digest, size_bytes, diff_id
           FROM image_layer JOIN layer ON layer.id = layer_id ORDER BY position`,
      ),
    ).toEqual([
      { position: 0, digest: `01${base.digest.slice(7)}`, size_bytes: null, diff_id: null },
      { position: 1, digest: `01${EMPTY_LAYER.slice(7)}`, size_bytes: 32n, diff_id: null },
      { position: 2, digest: `01${top.digest.slice(7)}`, size_bytes: null, diff_id: null },
    ]);
  });

  it('is kept with a problem when its signature is wrong, because its digest holds all the same', async () => {
    const wrong = {
      alg: 'ES256',
      jwk: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
    };
    await push(made([{ privateKey, algorithm: 'ES256', header: wrong }]));
    expect(await steps.rows('SELECT status, problems FROM manifest')).toEqual([
      { status: 'valid', problems: [{ code: 'SIGNATURE', message: expect.any(String), path: '$.signatures' }] },
    ]);
  });

  it('has the sizes that the registry names for its blobs, each asked for once', async () => {
    for (const { bytes } of [base, top]) steps.registry.putBlob(REPOSITORY, bytes);
    await push(aSchema1Image({ layers: [base, base, top] }));
    expect(await steps.rows('SELECT total_bytes FROM manifest')).toEqual([
      { total_bytes: BigInt(base.bytes.length + top.bytes.length) },
    ]);
    const heads = steps.registry.requests.filter(({ path }) => path.includes('/blobs/'));
    expect(heads.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });

  it('is counted with one size for its layers, although that is learned while they are counted', async () => {
    const count = async () => {
      while ((await countUses(steps.catalog)) > 0);
      return steps.rows('SELECT images, repositories, size_bytes FROM layer_use WHERE size_bytes <> 32');
    };
    const image = aSchema1Image({ layers: [base] });
    await push(image);
    expect(await count()).toEqual([{ images: 1, repositories: 1, size_bytes: 0n }]);
    const sized = anImage({ layers: [base] });
    steps.put('team/other', 'v2', sized);
    await steps.receive(pushOf('team/other', 'v2', sized));
    await steps.settle();
    expect(await count()).toEqual([{ images: 2, repositories: 2, size_bytes: 0n }]);
    steps.registry.misbehave({ path: `/v2/${REPOSITORY}/` }, { kind: 'answer', status: 404, body: UNKNOWN });
    await steps.receive(deletionOf(REPOSITORY, { digest: image.digest }));
    await steps.settle();
    expect(await count()).toEqual([{ images: 1, repositories: 1, size_bytes: 0n }]);
  });

  it('weighs nothing in an index as long as nobody names its size', async () => {
    const { bytes, mediaType, digest } = aSchema1Image({ layers: [base, top], platform: 'linux/arm64' });
    steps.registry.put(REPOSITORY, null, { bytes, mediaType });
    const entry = { mediaType, digest, size: bytes.length, platform: { os: 'linux', architecture: 'arm64' } };
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: LIST, manifests: [entry] }));
    const listed = steps.registry.put(REPOSITORY, 'v1', { bytes: index, mediaType: LIST });
    await steps.receive(pushOf(REPOSITORY, 'v1', { digest: listed }));
    await steps.settle();
    expect(await steps.rows('SELECT kind, total_bytes FROM manifest ORDER BY id')).toEqual([
      { kind: 'index', total_bytes: 0n },
      { kind: 'image', total_bytes: 0n },
    ]);
  });

  it('learns the sizes of its layers from the first image that says them', async () => {
    await push(made());
    const sized = anImage({ layers: [base, top] });
    steps.put(REPOSITORY, 'v2', sized);
    await steps.receive(pushOf(REPOSITORY, 'v2', sized));
    await steps.settle();
    expect(
      await steps.rows(
        `SELECT size_bytes, name FROM layer JOIN media_type ON media_type.id = media_type_id WHERE size_bytes <> 32 ORDER BY 1`,
      ),
    ).toEqual(
      [base, top]
        .map((layer) => ({ size_bytes: BigInt(layer.bytes.length), name: layer.mediaType }))
        .sort((a, b) => Number(a.size_bytes - b.size_bytes)),
    );
  });
});
