import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { totalsOf } from '@strata/catalog/testing';
import { digestOf } from '@strata/oci';
import { anImage, anIndex, manifestsOf, type ManifestFixture } from '@strata/oci/testing';
import { pushOf } from './testing/some-events.js';
import { startSteps, type Steps } from './testing/start-steps.js';

let steps: Steps;
beforeAll(async () => void (steps = await startSteps()));
afterAll(() => steps.end());
beforeEach(() => steps.forget());

const REPOSITORY = 'team/app';
const OCI = 'application/vnd.oci.image.manifest.v1+json';
const image = anImage();
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const document = (changes: Record<string, unknown>) => anImage({ manifest: changes }).bytes;
const manifests = () =>
  steps.rows<{ status: string; codes: string[] | null }>(
    `SELECT status, ARRAY(SELECT jsonb_array_elements(problems) ->> 'code') AS codes FROM manifest ORDER BY id`,
  );
/** Text that cannot be compressed, so that what is too long for a column stays so. */
const unlike = (length: number) =>
  Array.from({ length: length / 50 }, (_, part) => digestOf(Buffer.from(String(part))).slice(7, 57)).join('');
const edges = () => steps.rows('SELECT FROM image_layer UNION ALL SELECT FROM index_entry');

async function pushBytes(bytes: Uint8Array, mediaType = OCI): Promise<void> {
  const digest = steps.registry.put(REPOSITORY, 'v1', { bytes, mediaType });
  await steps.receive(pushOf(REPOSITORY, 'v1', { digest }));
  await steps.settle();
}

describe('a document that is refused', () => {
  const deeply = (depth: number): unknown => (depth === 0 ? {} : [deeply(depth - 1)]);
  it.each<[string, Uint8Array, string, string]>([
    ['layers and manifests together', document({ manifests: [] }), OCI, 'AMBIGUOUS'],
    ['a field in another case', document({ Layers: [] }), OCI, 'AMBIGUOUS'],
    ['another type than it is served as', document({}), 'application/vnd.oci.image.index.v1+json', 'TYPE_MISMATCH'],
    [
      'a key twice',
      Buffer.from(Buffer.from(image.bytes).toString().replace('{', '{"schemaVersion":2,')),
      OCI,
      'DUP_KEY',
    ],
    ['something that is no JSON', Buffer.from('{"schemaVersion":2,'), OCI, 'BAD_JSON'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), OCI, 'BAD_UTF8'],
    ['too much depth', document({ annotations: deeply(70) }), OCI, 'TOO_DEEP'],
    [
      'a digest that is none',
      document({ layers: [{ mediaType: 'x/y', size: 1, digest: 'sha256:../../x' }] }),
      OCI,
      'BAD_DIGEST',
    ],
    ['more annotations than allowed', document({ annotations: { ['k'.repeat(2_000)]: 'v' } }), OCI, 'ANNOTATIONS'],
    [
      '1,001 children',
      json({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: Array.from({ length: 1_001 }, () => ({ mediaType: OCI, size: 1, digest: image.digest })),
      }),
      'application/vnd.oci.image.index.v1+json',
      'FANOUT',
    ],
    ['a media type that no index could hold', json({ schemaVersion: 2, mediaType: `x/${unlike(5_000)}` }), OCI, ''],
    ['a media type with odd characters', json({ schemaVersion: 2, mediaType: 'x/\u0000\ud800' }), OCI, ''],
    ['more bytes than the ceiling', Buffer.alloc(4 * 1024 * 1024 + 1, ' '), OCI, 'TOO_LARGE'],
  ])('for %s is kept with the reason, has no edges, and its event is done', async (_, bytes, mediaType, code) => {
    await pushBytes(bytes, mediaType);
    expect(await steps.inbox('state')).toEqual([{ state: 'done' }]);
    const [row] = await manifests();
    expect(row?.status).toBe('invalid');
    if (code !== '') expect(row?.codes).toContain(code);
    expect(await edges()).toEqual([]);
    expect(await steps.rows('SELECT name FROM tag WHERE manifest_id IS NOT NULL')).toEqual([{ name: 'v1' }]);
  });
});

it('fetches what was refused again with the next push, and understands it where the registry serves it as what it is', async () => {
  await pushBytes(image.bytes, 'application/vnd.oci.image.index.v1+json');
  expect(await manifests()).toMatchObject([{ status: 'invalid' }]);
  await pushBytes(image.bytes);
  expect(await manifests()).toMatchObject([{ status: 'valid' }]);
  expect(await edges()).toHaveLength(2);
});

describe('bytes that are not what their digest promises', () => {
  it('are written nowhere; the event is set aside with the reason', async () => {
    steps.put(REPOSITORY, null, image);
    steps.registry.misbehave(
      { method: 'GET' },
      { kind: 'answer', status: 200, headers: { 'content-type': OCI }, body: anImage({ seed: 'other' }).bytes },
    );
    await steps.receive(pushOf(REPOSITORY, null, image));
    await steps.settle();
    expect(await steps.inbox('state, reason')).toEqual([{ state: 'quarantined', reason: 'DIGEST_MISMATCH' }]);
    expect(await manifests()).toEqual([]);
  });

  it('are written nowhere when they are the config’s either', async () => {
    steps.put(REPOSITORY, null, image);
    steps.registry.misbehave({ path: '/blobs/' }, { kind: 'answer', status: 200, body: 'not the config' });
    await steps.receive(pushOf(REPOSITORY, null, image));
    await steps.settle();
    expect(await steps.inbox('state, reason')).toEqual([{ state: 'quarantined', reason: 'DIGEST_MISMATCH' }]);
    expect(await manifests()).toEqual([]);
  });
});

describe('an image', () => {
  it('whose config the registry does not have is kept with that problem', async () => {
    steps.registry.put(REPOSITORY, null, image);
    await steps.receive(pushOf(REPOSITORY, null, image));
    await steps.settle();
    expect(await manifests()).toEqual([{ status: 'valid', codes: ['CONFIG_MISSING'] }]);
    expect(await steps.inbox('state')).toEqual([{ state: 'done' }]);
  });

  it('whose config cannot be read is kept with those problems, and the bytes of the config', async () => {
    const config = Buffer.from('{"architecture":7,');
    const digest = steps.registry.putBlob(REPOSITORY, config);
    await pushBytes(
      document({ config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length } }),
    );
    expect(await manifests()).toEqual([{ status: 'valid', codes: ['CONFIG_BAD_JSON'] }]);
    expect(await steps.rows('SELECT document, platform_id FROM image_config')).toEqual([
      { document: config, platform_id: null },
    ]);
  });

  it('whose config has other layers is kept with that problem', async () => {
    const { bytes } = anImage({ layers: 3 }).config;
    const digest = steps.registry.putBlob(REPOSITORY, bytes);
    await pushBytes(
      document({ config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: bytes.length } }),
    );
    expect(await manifests()).toEqual([{ status: 'valid', codes: ['CONFIG_COUNT'] }]);
  });

  it('whose config cannot be had right now is not written without it', async () => {
    steps.put(REPOSITORY, null, image);
    steps.registry.misbehave({ path: '/blobs/' }, { kind: 'answer', status: 503 }, { kind: 'well' });
    await steps.receive(pushOf(REPOSITORY, null, image));
    await steps.round();
    expect(await manifests()).toEqual([]);
    await steps.settle();
    expect(await manifests()).toEqual([{ status: 'valid', codes: [] }]);
  });

  it('that shares its config with another one asks for it once', async () => {
    const again = anImage({ manifest: { annotations: { another: 'document' } } });
    for (const one of [image, again]) {
      steps.put(REPOSITORY, null, one);
      await steps.receive(pushOf(REPOSITORY, null, one));
      await steps.settle();
    }
    expect(steps.registry.requests.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(1);
  });
});

describe('indexes inside indexes', () => {
  const chain = (length: number): readonly ManifestFixture[] => {
    const links: ManifestFixture[] = [anImage({ platform: 'linux/s390x' })];
    for (let link = 0; link < length; link += 1)
      links.push(anIndex({ entries: links.slice(-1), annotations: { link: String(link) } }));
    return links;
  };

  it('are followed four deep, to the image in the fourth', async () => {
    const outer = chain(4).at(-1) ?? image;
    steps.put(REPOSITORY, 'v1', outer);
    await steps.receive(pushOf(REPOSITORY, 'v1', outer));
    await steps.settle();
    expect(await steps.rows(`SELECT FROM inbox WHERE state <> 'done'`)).toEqual([]);
    expect((await totalsOf(steps.catalog.pool, outer)).platforms).toEqual(['linux/s390x']);
    expect(await manifests()).toHaveLength(5);
  });

  it('are not followed further: the fifth is kept and its event set aside', async () => {
    const links = chain(5);
    const outer = links.at(-1) ?? image;
    steps.put(REPOSITORY, 'v1', outer);
    await steps.receive(pushOf(REPOSITORY, 'v1', outer));
    await steps.settle();
    expect(await steps.rows(`SELECT depth, reason FROM inbox WHERE state <> 'done'`)).toEqual([
      { depth: 4, reason: 'DEPTH' },
    ]);
    expect(await manifests()).toHaveLength(5);
  });

  it('give the same answer when they are pushed from the inside out', async () => {
    const outer = chain(4).at(-1) ?? image;
    for (const link of manifestsOf(outer)) {
      steps.put(REPOSITORY, null, link);
      await steps.receive(pushOf(REPOSITORY, null, link));
      await steps.settle();
    }
    expect((await totalsOf(steps.catalog.pool, outer)).platforms).toEqual(['linux/s390x']);
    expect(await steps.rows(`SELECT FROM inbox WHERE action = 'child'`)).toEqual([]);
  });
});

describe('one event', () => {
  const index = anIndex({ entries: [image, anImage({ platform: 'linux/arm64' })] });
  it.each([
    [1_998, 'done'],
    [1_999, 'quarantined'],
  ])('that has led to %i manifests and leads to two more is %s', async (sofar, state) => {
    steps.put(REPOSITORY, null, index);
    await steps.receive(pushOf(REPOSITORY, null, index));
    await steps.rows(
      `INSERT INTO inbox (source_id, dedupe_key, content_hash, root_id, work, action, raw, state, finished_at, digest)
       SELECT source_id, decode(lpad(to_hex(n), 8, '0'), 'hex'), content_hash, id, work, 'child', '', 'done', now(), decode('01' || lpad(to_hex(n), 64, '0'), 'hex')
         FROM inbox, generate_series(1, $1) AS n`,
      [sofar],
    );
    await steps.settle();
    const [row] = await steps.rows<{ state: string; reason: string | null }>(
      'SELECT state, reason FROM inbox WHERE root_id IS NULL',
    );
    expect(row).toEqual({ state, reason: state === 'done' ? null : 'FANOUT' });
    expect(
      await steps.rows(`SELECT count(*)::int AS children FROM inbox WHERE action = 'child' AND raw = '' AND depth > 0`),
    ).toEqual([{ children: state === 'done' ? 2 : 0 }]);
    expect(await steps.rows('SELECT count(*)::int AS entries FROM index_entry')).toEqual([{ entries: 2 }]);
  });
});

it('fetches nothing that a manifest only names: urls, subjects', async () => {
  const subject = { mediaType: OCI, digest: digestOf(Buffer.from('subject')), size: 7 };
  const layer = {
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    digest: digestOf(Buffer.from('x')),
    size: 1,
    urls: ['http://169.254.169.254/x'],
  };
  const config = steps.registry.putBlob(REPOSITORY, image.config.bytes);
  await pushBytes(document({ subject, layers: [layer] }));
  expect(steps.registry.requests.map(({ path }) => path).filter((path) => !path.includes('/manifests/'))).toEqual([
    `/v2/${REPOSITORY}/blobs/${config}`,
  ]);
  expect(await steps.rows('SELECT subject_digest IS NOT NULL AS dangling FROM manifest')).toEqual([{ dangling: true }]);
});
