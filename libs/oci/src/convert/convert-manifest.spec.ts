import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf, type Digest } from '../digest.js';
import { isJsonObject, type JsonObject } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import { ManifestError } from '../manifest/manifest-error.js';
import type { ImageManifest } from '../manifest/manifest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { anArtifact, anImage, anIndex, manifestsOf } from '../testing.js';
import { CONFIG, DIGEST, DOCKER, INDEX, LAYER, OCI, bytesOf, parse } from '../testing/documents.js';
import type { ManifestFixture } from '../testing/fixture.js';
import { platformOf } from '../testing/platform-of.js';
import { ConversionError, type Conversion } from './conversion.js';
import { convertManifest, type ConvertOptions } from './convert-manifest.js';
import type { ManifestFamily } from './family.js';

const OCI_LAYERS = 'application/vnd.oci.image.layer';
const DOCKER_LAYERS = 'application/vnd.docker.image.rootfs';

const convert = (document: unknown, to: ManifestFamily, options: Partial<ConvertOptions> = {}): Conversion =>
  convertManifest(bytesOf(document), { to, contentType: null, childOf: () => null, ...options });
/** The JSON that would be pushed. */
const textOf = ({ bytes }: Conversion): string => Buffer.from(bytes).toString();
const documentOf = ({ bytes }: Conversion): JsonObject => {
  const { value } = readJson(bytes);
  if (!isJsonObject(value)) throw new Error('no object');
  return value;
};
const lossPaths = ({ losses }: Conversion): string[] => losses.map(({ path }) => path);

/** Every manifest behind a fixture can be found; those without a platform are for amd64. */
function behind(fixture: ManifestFixture): ConvertOptions['childOf'] {
  const known = new Map(manifestsOf(fixture).map((manifest) => [manifest.digest, manifest.bytes]));
  return (digest) => {
    const bytes = known.get(digest);
    return bytes === undefined ? null : { bytes, platform: platformOf('linux/amd64') };
  };
}

const convertFixture = (fixture: ManifestFixture, to: ManifestFamily): Conversion =>
  convertManifest(fixture.bytes, { to, contentType: fixture.mediaType, childOf: behind(fixture) });

const digestWord = (digit: string): string => `sha256:${digit.repeat(64)}`;
const VECTOR_OCI =
  `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"${digestWord('1')}","size":1234},` +
  `"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"${digestWord('2')}","size":5678}]}`;

describe('convertManifest, of an image', () => {
  it('gives the bytes and digests of the published pair, there and back', () => {
    const docker = convert(VECTOR_OCI, 'docker');
    expect(docker).toMatchObject({
      source: 'sha256:35b20ed85085509d9c950bd3aea0ed2e5d45e6b2622feff8d2f89ed1a251f0d7',
      digest: 'sha256:75c1b2116c2f75559c00eaf2de5059e94ac6e1ab9f5158779e82340ee7370765',
      mediaType: MEDIA_TYPES.dockerManifest,
      lossless: true,
      losses: [],
      children: [],
    });
    expect(docker.bytes).toHaveLength(425);
    expect(textOf(convert(docker.bytes, 'oci', { contentType: docker.mediaType }))).toBe(VECTOR_OCI);
  });

  it.each<[string, string]>([
    [`${OCI_LAYERS}.v1.tar`, `${DOCKER_LAYERS}.diff.tar`],
    [`${OCI_LAYERS}.v1.tar+gzip`, `${DOCKER_LAYERS}.diff.tar.gzip`],
    [`${OCI_LAYERS}.v1.tar+zstd`, `${DOCKER_LAYERS}.diff.tar.zstd`],
    [`${OCI_LAYERS}.nondistributable.v1.tar`, `${DOCKER_LAYERS}.foreign.diff.tar`],
    [`${OCI_LAYERS}.nondistributable.v1.tar+gzip`, `${DOCKER_LAYERS}.foreign.diff.tar.gzip`],
    [`${OCI_LAYERS}.nondistributable.v1.tar+zstd`, `${DOCKER_LAYERS}.foreign.diff.tar.zstd`],
    [`${OCI_LAYERS}.v1.tar+gzip+encrypted`, `${OCI_LAYERS}.v1.tar+gzip+encrypted`],
    ['application/vnd.erofs.layer.v1', 'application/vnd.erofs.layer.v1'],
  ])('writes a layer of type %s as %s, and back', (oci, docker) => {
    const there = convert(
      { ...OCI, layers: [{ ...LAYER, mediaType: oci, urls: ['https://example.com/x'] }] },
      'docker',
    );
    expect(documentOf(there).layers).toEqual([{ ...LAYER, mediaType: docker, urls: ['https://example.com/x'] }]);
    const back = convert(there.bytes, 'oci', { contentType: there.mediaType });
    expect(documentOf(back).layers).toEqual([{ ...LAYER, mediaType: oci, urls: ['https://example.com/x'] }]);
  });

  it('keeps the config under its digest', () => {
    expect(documentOf(convert(OCI, 'docker')).config).toEqual({ ...CONFIG, mediaType: MEDIA_TYPES.dockerConfig });
    expect(documentOf(convert(DOCKER, 'oci')).config).toEqual(CONFIG);
  });

  it.each<[string, ManifestFamily, unknown, string[]]>([
    ['nothing', 'docker', OCI, []],
    ['nothing', 'oci', DOCKER, []],
    ['nothing in empty fields', 'docker', { ...OCI, annotations: {}, subject: null, artifactType: '' }, []],
    ['the subject', 'docker', { ...OCI, subject: CONFIG }, ['$.subject']],
    ['the artifact type', 'docker', { ...OCI, artifactType: MEDIA_TYPES.ociConfig }, ['$.artifactType']],
    ['annotations', 'docker', { ...OCI, annotations: { a: 'b' } }, ['$.annotations']],
    ['a zstd layer', 'docker', layerOf({ mediaType: `${OCI_LAYERS}.v1.tar+zstd` }), ['$.layers[1].mediaType']],
    [
      'an encrypted layer',
      'docker',
      layerOf({ mediaType: `${OCI_LAYERS}.v1.tar+encrypted` }),
      ['$.layers[1].mediaType'],
    ],
    ['an unknown layer', 'docker', layerOf({ mediaType: 'application/x' }), ['$.layers[1].mediaType']],
    [
      'what descriptors say beside the address',
      'docker',
      {
        ...layerOf({ annotations: { a: 'b' }, data: 'e30=', artifactType: 'a/b', platform: { os: 'linux' } }),
        config: { ...CONFIG, data: 'e30=' },
      },
      [
        '$.config.data',
        '$.layers[1].annotations',
        '$.layers[1].data',
        '$.layers[1].artifactType',
        '$.layers[1].platform',
      ],
    ],
    [
      'fields that nobody knows',
      'docker',
      { ...layerOf({ 'x y': 1 }), further: [0] },
      ['$.further', "$.layers[1]['x y']"],
    ],
    ['a foreign layer of OCI', 'docker', layerOf({ mediaType: `${OCI_LAYERS}.nondistributable.v1.tar+gzip` }), []],
    [
      'a foreign layer of Docker',
      'oci',
      { ...DOCKER, layers: [{ ...LAYER, mediaType: `${DOCKER_LAYERS}.foreign.diff.tar.gzip` }] },
      ['$.layers[0].mediaType'],
    ],
    [
      'fields that Docker gives no meaning',
      'oci',
      { ...DOCKER, subject: CONFIG, artifactType: 'a/b' },
      ['$.subject', '$.artifactType'],
    ],
  ])('loses %s on the way to %s', (_, to, document, paths) => {
    const conversion = convert(document, to);
    expect(lossPaths(conversion)).toEqual(paths);
    expect(conversion.lossless).toBe(paths.length === 0);
    for (const { reason } of conversion.losses) expect(reason).toMatch(/^\S.{20,}/);
  });

  it('carries the annotations of a Docker manifest over, because the catalog and OCI read them', () => {
    const docker = { ...DOCKER, annotations: { a: 'b' }, layers: [{ ...DOCKER.layers[0], annotations: { c: 'd' } }] };
    expect(parse(convert(docker, 'oci').bytes)).toMatchObject({
      annotations: new Map([['a', 'b']]),
      layers: [{ annotations: new Map([['c', 'd']]) }],
    });
  });

  it.each(['docker', 'oci'] as const)('leaves the bytes of what is %s already as they are', (to) => {
    const image = anImage({ format: to, annotations: { a: 'b' } });
    const conversion = convertFixture(image, to);
    expect(conversion).toMatchObject({ digest: image.digest, source: image.digest, lossless: true, losses: [] });
    expect(conversion.bytes).toEqual(image.bytes);
  });

  it('refuses an artifact on the way to Docker, and leaves it alone on the way to OCI', () => {
    const artifact = anArtifact();
    expect(obstacles(() => convertFixture(artifact, 'docker'))).toEqual(['NOT_AN_IMAGE $']);
    expect(convertFixture(artifact, 'oci').digest).toBe(artifact.digest);
  });

  it('refuses bytes that are no manifest with the declared error', () => {
    expect(() => convert('{}', 'oci')).toThrow(ManifestError);
  });
});

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

describe('there and back', () => {
  const extras = fc.dictionary(
    fc.constantFrom('annotations', 'subject', 'artifactType', 'further'),
    fc.constant({ a: 'b' }),
    { maxKeys: 2 },
  );
  const layerType = fc.constantFrom(
    'v1.tar',
    'v1.tar+gzip',
    'v1.tar+zstd',
    'nondistributable.v1.tar+gzip',
    'v2.squash',
  );
  const layer = fc.record({
    mediaType: layerType.map((type) => `${OCI_LAYERS}.${type}`),
    digit: fc.constantFrom(...'3456'),
    size: fc.nat(),
  });
  const image = fc.array(layer, { maxLength: 6 }).map((layers) => ({
    ...OCI,
    layers: layers.map(({ mediaType, digit, size }) => ({ mediaType, digest: digestWord(digit), size })),
  }));

  it('gives any image its bytes again, whatever its layers are compressed with', () => {
    fc.assert(
      fc.property(image, (document) => {
        const there = convert(document, 'docker');
        expect(convert(document, 'docker').digest).toBe(there.digest);
        expect(digestOf(there.bytes)).toBe(there.digest);
        const back = convert(there.bytes, 'oci', { contentType: there.mediaType });
        expect(textOf(back)).toBe(JSON.stringify(document));
      }),
    );
  });

  it('keeps config and layers of any image, and names every further field', () => {
    fc.assert(
      fc.property(image, extras, (document, more) => {
        const { artifactType, subject, ...others } = more;
        const full = {
          ...document,
          ...others,
          ...(subject && { subject: CONFIG }),
          ...(artifactType && { artifactType: MEDIA_TYPES.ociConfig }),
        };
        const there = convert(full, 'docker');
        const [before, after] = [imageOf(full), imageOf(there.bytes)];
        expect(after.config.digest).toBe(before.config.digest);
        expect(after.layers.map(({ digest, sizeBytes }) => [digest, sizeBytes])).toEqual(
          before.layers.map(({ digest, sizeBytes }) => [digest, sizeBytes]),
        );
        for (const field of Object.keys(more)) expect(lossPaths(there)).toContain(`$.${field}`);
      }),
    );
  });

  it('keeps the platforms of any index, in order', () => {
    const names = fc.uniqueArray(
      fc.constantFrom('linux/amd64', 'linux/arm64/v8', 'linux/arm/v6', 'windows/amd64:10.0.1.1'),
    );
    fc.assert(
      fc.property(names, fc.constantFrom<ManifestFamily>('oci', 'docker'), (platforms, format) => {
        const index = anIndex({
          format,
          entries: platforms.map((platform) => anImage({ platform, format, layers: 1 })),
        });
        const there = convertFixture(index, format === 'oci' ? 'docker' : 'oci');
        const entries = (bytes: Uint8Array) => {
          const manifest = parse(bytes);
          return manifest.kind === 'index' ? manifest.entries.map(({ rawPlatform }) => rawPlatform) : null;
        };
        expect(entries(there.bytes)).toEqual(entries(index.bytes));
        expect(there.lossless).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

function layerOf(more: Record<string, unknown>): Record<string, unknown> {
  return { ...OCI, layers: [LAYER, { ...LAYER, ...more }] };
}

function imageOf(document: unknown): ImageManifest {
  const manifest = parse(document);
  if (manifest.kind !== 'image') throw new Error('no image');
  return manifest;
}

/** What stands in the way, one line each: `CODE path`; nothing when the conversion succeeds. */
function obstacles(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof ConversionError) return error.problems.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
}
