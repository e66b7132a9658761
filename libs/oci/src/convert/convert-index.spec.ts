import { describe, expect, it } from '@jest/globals';
import { digestOf, type Digest } from '../digest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { anArtifact, anImage, anIndex } from '../testing.js';
import { behind, convert, convertFixture, documentOf, lossPaths, obstacles, textOf } from '../testing/conversions.js';
import { DIGEST, INDEX } from '../testing/documents.js';
import { type ManifestFixture } from '../testing/fixture.js';
import { convertManifest, type ConvertOptions } from './convert-manifest.js';

describe('convertManifest, of an index', () => {
  const amd64 = anImage({ seed: 'a' });
  const arm64 = anImage({ seed: 'b', platform: 'linux/arm64/v8' });
  const windows = anImage({ seed: 'c', platform: 'windows/amd64:10.0.20348.1' });

  it('converts the children first and carries their new digests and sizes, platforms as they are worded', () => {
    const conversion = convertFixture(anIndex({ entries: [amd64, arm64, windows] }), 'docker');
    const [first, second] = conversion.children;
    expect(conversion).toMatchObject({ mediaType: MEDIA_TYPES.dockerList, lossless: true });
    expect(conversion.children.map(({ source }) => source)).toEqual([amd64.digest, arm64.digest, windows.digest]);
    expect(first?.digest).toBe(convertFixture(amd64, 'docker').digest);
    expect(documentOf(conversion)).toMatchObject({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.dockerList,
      manifests: [
        { mediaType: MEDIA_TYPES.dockerManifest, digest: first?.digest, size: first?.bytes.length },
        { digest: second?.digest, platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } },
        { platform: { architecture: 'amd64', os: 'windows', 'os.version': '10.0.20348.1' } },
      ],
    });
  });

  it('comes back to the same bytes when nothing was lost', () => {
    const index = anIndex({ entries: [amd64, arm64] });
    const there = convertFixture(index, 'docker');
    const known = new Map(there.children.map(({ digest, bytes }) => [digest, { bytes, platform: null }]));
    const childOf = (digest: Digest) => known.get(digest) ?? null;
    const back = convertManifest(there.bytes, { to: 'oci', contentType: there.mediaType, childOf });
    expect(back.digest).toBe(index.digest);
    expect(back.children.map(({ digest }) => digest)).toEqual([amd64.digest, arm64.digest]);
  });

  it('leaves out what a Docker list cannot say, and names it', () => {
    const index = anIndex({ entries: [amd64], attestations: 'classic', annotations: { a: 'b' }, subject: arm64 });
    const conversion = convertFixture(index, 'docker');
    expect(lossPaths(conversion)).toEqual(['$.subject', '$.annotations', '$.manifests[1]']);
    expect(conversion.children).toHaveLength(1);
    expect(documentOf(conversion).manifests).toHaveLength(1);
  });

  it('leaves out an artifact that the index shows as an image', () => {
    const signature = anArtifact({ artifactType: null, config: { mediaType: 'application/x' } });
    const conversion = convertFixture(anIndex({ entries: [amd64, signature] }), 'docker');
    expect(lossPaths(conversion)).toEqual(['$.manifests[1]']);
  });

  it("puts what a nested index holds in its place, because Docker's lists do not nest", () => {
    const nested = anIndex({ entries: [arm64, windows], annotations: { a: 'b' } });
    const conversion = convertFixture(anIndex({ entries: [amd64, nested] }), 'docker');
    expect(conversion.children.map(({ source }) => source)).toEqual([amd64.digest, arm64.digest, windows.digest]);
    expect(documentOf(conversion).manifests).toHaveLength(3);
    expect(lossPaths(conversion)).toEqual(['$.manifests[1]', '$.manifests[1].annotations']);
  });

  it('keeps a nested index nested in OCI, under its new digest', () => {
    const nested = anIndex({ entries: [anImage({ seed: 'a', format: 'docker' })] });
    const conversion = convertFixture(anIndex({ entries: [nested] }), 'oci');
    const [child] = conversion.children;
    expect(child).toMatchObject({ source: nested.digest, children: [{ digest: amd64.digest }] });
    expect(documentOf(conversion)).toMatchObject({ manifests: [{ digest: child?.digest }] });
  });

  it('takes the platform of an entry that names none from the config, and says so when there is none', () => {
    const index = anIndex({ entries: [{ manifest: amd64, platform: null }] });
    expect(documentOf(convertFixture(index, 'docker'))).toMatchObject({
      manifests: [{ platform: { architecture: 'amd64', os: 'linux' } }],
    });
    const childOf: ConvertOptions['childOf'] = () => ({ bytes: amd64.bytes, platform: null });
    const refused = () => convertManifest(index.bytes, { to: 'docker', contentType: null, childOf });
    expect(obstacles(refused)).toEqual(['PLATFORM_UNKNOWN $.manifests[0].platform']);
  });

  it('moves attestations to the new digest of their image, and says that the statements still name the old one', () => {
    const docker = anImage({ seed: 'a', format: 'docker' });
    const conversion = convertFixture(anIndex({ entries: [docker], attestations: 'classic' }), 'oci');
    expect(documentOf(conversion)).toMatchObject({
      manifests: [{ digest: amd64.digest }, { annotations: { 'vnd.docker.reference.digest': amd64.digest } }],
    });
    expect(lossPaths(conversion)).toEqual(["$.manifests[1].annotations['vnd.docker.reference.digest']"]);
  });

  it('leaves everything else in an index of the same family alone, the order of fields included', () => {
    const docker = anImage({ seed: 'a', format: 'docker' });
    const index = anIndex({
      entries: [{ manifest: docker, fields: { further: 1, data: 'e30=' } }],
      index: { more: 2 },
    });
    const conversion = convertFixture(index, 'oci');
    const [entry] = conversion.children;
    expect(lossPaths(conversion)).toEqual(['$.manifests[0].data']);
    expect(textOf(conversion)).toBe(
      Buffer.from(index.bytes)
        .toString()
        .replace(docker.mediaType, MEDIA_TYPES.ociManifest)
        .replace(docker.digest, amd64.digest)
        .replace(`"size":${docker.sizeBytes}`, `"size":${entry?.bytes.length}`)
        .replace(',"data":"e30="', ''),
    );
  });

  it('needs no child that is in the family already', () => {
    const index = anIndex({ entries: [amd64, arm64], attestations: 'artifact' });
    const conversion = convert(index.bytes, 'oci');
    expect(conversion).toMatchObject({ digest: index.digest, lossless: true, children: [] });
  });

  it('loses CPU features on the way to OCI', () => {
    const docker = anImage({ seed: 'a', format: 'docker' });
    const entry = {
      manifest: docker,
      fields: { platform: { architecture: 'amd64', os: 'linux', features: ['sse4'] } },
    };
    const conversion = convertFixture(anIndex({ entries: [entry], format: 'docker' }), 'oci');
    expect(lossPaths(conversion)).toEqual(['$.manifests[0].platform.features']);
  });

  it('leaves a schema 1 child as it is, and says so', () => {
    const list = {
      ...INDEX,
      mediaType: MEDIA_TYPES.dockerList,
      manifests: [{ ...INDEX.manifests[0], mediaType: MEDIA_TYPES.dockerSchema1 }],
    };
    const conversion = convert(list, 'oci');
    expect(lossPaths(conversion)).toEqual(['$.manifests[0]']);
    expect(documentOf(conversion)).toMatchObject({
      manifests: [{ mediaType: MEDIA_TYPES.dockerSchema1, digest: DIGEST }],
    });
  });

  it.each<[string, ConvertOptions['childOf'], string[]]>([
    ['that nobody has', () => null, ['CHILD_UNKNOWN $.manifests[0]', 'CHILD_UNKNOWN $.manifests[1]']],
    [
      'that are broken',
      () => ({ bytes: Buffer.from('{}'), platform: null }),
      ['CHILD_INVALID $.manifests[0]', 'CHILD_INVALID $.manifests[1]'],
    ],
  ])('names all children %s', (_, childOf, expected) => {
    const index = anIndex({ entries: [amd64, arm64] });
    expect(obstacles(() => convertManifest(index.bytes, { to: 'docker', contentType: null, childOf }))).toEqual(
      expected,
    );
  });

  it('names the way to what is wrong inside a nested index, and gives up on nests too deep', () => {
    const deep = [1, 2, 3, 4].reduce<ManifestFixture>((inner) => anIndex({ entries: [inner] }), amd64);
    expect(obstacles(() => convert(deep.bytes, 'docker', { childOf: behind(deep) }))).toEqual([]);
    expect(obstacles(() => convertFixture(anIndex({ entries: [deep] }), 'docker'))).toEqual([
      'TOO_DEEP $.manifests[0].manifests[0].manifests[0].manifests[0]',
    ]);
  });

  it('gives up on more manifests than a root may have', () => {
    let digit = 0;
    const many = (): string =>
      JSON.stringify({
        ...INDEX,
        manifests: Array.from({ length: 999 }, () => ({
          mediaType: MEDIA_TYPES.ociIndex,
          digest: digestOf(Buffer.from(String((digit += 1)))),
          size: 1,
        })),
      });
    const childOf: ConvertOptions['childOf'] = () => ({
      bytes: Buffer.from(digit < 3_000 ? many() : JSON.stringify(INDEX)),
      platform: null,
    });
    expect(obstacles(() => convert(many(), 'oci', { childOf }))).toContainEqual(expect.stringMatching(/^TOO_MANY /));
  });
});
