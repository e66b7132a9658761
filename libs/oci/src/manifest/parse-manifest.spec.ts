import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../digest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { anArtifact, anImage, anIndex } from '../testing.js';
import { ManifestError } from './manifest-error.js';
import { parseManifest, type ParseManifestOptions } from './parse-manifest.js';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const CONFIG = { mediaType: MEDIA_TYPES.ociConfig, digest: DIGEST, size: 1234 };
const LAYER = { mediaType: MEDIA_TYPES.ociLayerGzip, digest: `sha256:${'2'.repeat(64)}`, size: 5678 };
const OCI = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config: CONFIG, layers: [LAYER] };
const DOCKER = {
  ...OCI,
  mediaType: MEDIA_TYPES.dockerManifest,
  config: { ...CONFIG, mediaType: MEDIA_TYPES.dockerConfig },
  layers: [{ ...LAYER, mediaType: MEDIA_TYPES.dockerLayerGzip }],
};
const ENTRY = {
  mediaType: MEDIA_TYPES.ociManifest,
  digest: DIGEST,
  size: 10,
  platform: { os: 'linux', architecture: 'amd64' },
};
const INDEX = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [ENTRY] };
const LIST = {
  ...INDEX,
  mediaType: MEDIA_TYPES.dockerList,
  manifests: [{ ...ENTRY, mediaType: MEDIA_TYPES.dockerManifest }],
};
const WITHDRAWN = { mediaType: MEDIA_TYPES.ociArtifact, artifactType: 'application/x', blobs: [LAYER] };
const SCHEMA1 = {
  schemaVersion: 1,
  name: 'demo/app',
  tag: 'v1',
  architecture: 'amd64',
  fsLayers: [{ blobSum: DIGEST }],
  history: [{ v1Compatibility: '{}' }],
};

const without = (document: object, ...keys: string[]): object =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !keys.includes(key)));
const bytesOf = (document: unknown): Uint8Array =>
  Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
const parse = (document: unknown, options: Partial<ParseManifestOptions> = {}) =>
  parseManifest(bytesOf(document), { contentType: null, ...options });

function refusal(document: unknown, contentType: string | null = null): ManifestError {
  try {
    parse(document, { contentType });
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error('this should have been refused');
}
const problems = (document: unknown, contentType: string | null = null): string[] =>
  refusal(document, contentType).problems.map(({ code, path }) => `${code} ${path}`);

describe('parseManifest', () => {
  it.each<[string, object, string, number, string]>([
    [
      'an OCI manifest',
      OCI,
      'oci-image',
      403,
      'sha256:35b20ed85085509d9c950bd3aea0ed2e5d45e6b2622feff8d2f89ed1a251f0d7',
    ],
    [
      'its Docker form',
      DOCKER,
      'docker-schema2',
      425,
      'sha256:75c1b2116c2f75559c00eaf2de5059e94ac6e1ab9f5158779e82340ee7370765',
    ],
  ])('reads %s under its published digest', (_, document, format, sizeBytes, digest) => {
    const manifest = parse(document);
    expect(manifest).toMatchObject({ kind: 'image', format, sizeBytes, digest, artifactType: null, subject: null });
    expect(manifest.kind === 'image' && manifest.layers.map((layer) => layer.sizeBytes)).toEqual([5678]);
  });

  it('takes over a digest that was already verified', () => {
    const digest = digestOf(bytesOf(OCI), 'sha512');
    expect(parse(OCI, { digest }).digest).toBe(digest);
  });

  it('keeps the order of layers and repeats among them', () => {
    const other = { ...LAYER, digest: DIGEST };
    const manifest = parse({ ...OCI, layers: [LAYER, other, LAYER] });
    expect(manifest.kind === 'image' && manifest.layers.map(({ digest }) => digest)).toEqual([
      LAYER.digest,
      DIGEST,
      LAYER.digest,
    ]);
  });

  it.each<[string, object]>([
    ['unknown layer types', { ...OCI, layers: [{ ...LAYER, mediaType: 'application/vnd.example.squash' }] }],
    [
      'foreign layers with urls',
      {
        ...DOCKER,
        layers: [
          {
            ...LAYER,
            mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
            urls: ['http://127.0.0.1/x'],
          },
        ],
      },
    ],
    ['further fields everywhere', { ...OCI, extra: { Layers: [] }, layers: [{ ...LAYER, extra: 1, data: 'e30=' }] }],
    ['no layers', { ...OCI, layers: [] }],
    ['layers that Go wrote as null', { ...OCI, layers: null }],
    [
      'null where Go means nothing',
      {
        ...OCI,
        annotations: null,
        subject: null,
        artifactType: null,
        layers: [{ ...LAYER, urls: null, annotations: null }],
      },
    ],
    ['a foreign field that is null', { ...OCI, manifests: null, Blobs: null }],
    ['annotation keys that differ in letter case', { ...OCI, annotations: { size: '1', Size: '2' } }],
    ['an image config as artifactType, as referrers lists have it', { ...OCI, artifactType: MEDIA_TYPES.ociConfig }],
    ['a wasm layer under an image config', { ...OCI, layers: [{ ...LAYER, mediaType: 'application/wasm' }] }],
    [
      'a statement among file system layers',
      { ...OCI, layers: [LAYER, { ...LAYER, mediaType: 'application/vnd.in-toto+json' }] },
    ],
  ])('takes an image with %s for an image', (_, document) => {
    expect(parse(document).kind).toBe('image');
  });

  it('keeps the urls and annotations of a descriptor, whatever their keys', () => {
    const manifest = parse(
      JSON.stringify({ ...OCI, layers: [{ ...LAYER, urls: ['http://x/'] }] }).replace(
        '"urls"',
        '"annotations":{"__proto__":"a","constructor":"b"},"urls"',
      ),
    );
    const layer = manifest.kind === 'image' ? manifest.layers[0] : undefined;
    expect([...(layer?.annotations ?? [])]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(layer?.urls).toEqual(['http://x/']);
    expect('a' in {}).toBe(false);
  });

  it('does not take artifact types and subjects from Docker documents', () => {
    expect(parse({ ...DOCKER, artifactType: 'application/x', subject: LAYER })).toMatchObject({
      kind: 'image',
      artifactType: null,
      subject: null,
    });
  });

  it('reads a subject, also one without a size', () => {
    expect(parse({ ...OCI, subject: ENTRY }).subject).toMatchObject({ digest: DIGEST, sizeBytes: 10 });
    expect(parse({ ...OCI, subject: without(ENTRY, 'size') }).subject).toMatchObject({
      digest: DIGEST,
      sizeBytes: null,
    });
  });

  it('reads an index in order, two entries of one child included', () => {
    const manifest = parse({
      ...INDEX,
      subject: ENTRY,
      annotations: { a: 'b' },
      manifests: [ENTRY, { ...ENTRY, platform: { os: 'Linux', architecture: 'aarch64', variant: 'v8' } }],
    });
    expect(manifest).toMatchObject({ kind: 'index', format: 'oci-index', subject: { digest: DIGEST } });
    expect(manifest.annotations.get('a')).toBe('b');
    expect(manifest.kind === 'index' && manifest.entries[1]).toMatchObject({
      kind: 'platform',
      platform: { os: 'linux', architecture: 'arm64', variant: null },
      rawPlatform: '{"os":"Linux","architecture":"aarch64","variant":"v8"}',
    });
  });

  it.each<[string, object]>([
    ['an empty index', { ...INDEX, manifests: [] }],
    ['an index that Go wrote with null', { ...INDEX, manifests: null }],
    ['an index with a null config', { ...without(INDEX, 'mediaType'), config: null }],
    ['a manifest list', LIST],
  ])('reads %s', (_, document) => {
    expect(parse(document).kind).toBe('index');
  });

  it('says nothing about a platform that the index does not name', () => {
    const manifest = parse({
      ...INDEX,
      manifests: [without(ENTRY, 'platform'), { ...ENTRY, platform: { os: '', architecture: '' } }],
    });
    expect(manifest.kind === 'index' && manifest.entries).toMatchObject([
      { kind: 'platform', platform: null, rawPlatform: null },
      { kind: 'platform', platform: null, rawPlatform: '{"os":"","architecture":""}' },
    ]);
  });

  it('reads the withdrawn artifact manifest', () => {
    expect(parse({ ...WITHDRAWN, subject: ENTRY })).toMatchObject({
      kind: 'artifact',
      format: 'oci-image',
      mediaType: MEDIA_TYPES.ociArtifact,
      artifactType: 'application/x',
      config: null,
      subject: { digest: DIGEST },
      blobs: [{ sizeBytes: 5678 }],
    });
  });
});

describe('the type of a document', () => {
  it.each<[string, object, string | null, string]>([
    ['its own word', INDEX, null, 'oci-index'],
    ['both words, when they agree', OCI, MEDIA_TYPES.ociManifest, 'oci-image'],
    [
      'both words, parameters and letter case aside',
      OCI,
      ' Application/vnd.OCI.image.manifest.v1+json; charset=utf-8',
      'oci-image',
    ],
    ['its own word, when it was served as JSON', LIST, 'application/json; charset=utf-8', 'docker-list'],
    ['its own word, when it was served as text', DOCKER, 'text/plain', 'docker-schema2'],
    ['its own word, when it was served as bytes', DOCKER, 'application/octet-stream', 'docker-schema2'],
    ['its own word, when the Content-Type was empty', DOCKER, '', 'docker-schema2'],
    ['the word of the server alone', without(OCI, 'mediaType'), MEDIA_TYPES.ociManifest, 'oci-image'],
    ['the structure of an OCI manifest', without(OCI, 'mediaType'), null, 'oci-image'],
    [
      'the structure of an artifact',
      { ...without(OCI, 'mediaType'), config: { ...CONFIG, mediaType: 'application/x' } },
      null,
      'oci-image',
    ],
    ['the structure of an index', without(INDEX, 'mediaType'), 'text/plain', 'oci-index'],
    ['the structure of an empty index', { schemaVersion: 2, manifests: [] }, null, 'oci-index'],
  ])('is decided by %s', (_, document, contentType, format) => {
    expect(parse(document, { contentType }).format).toBe(format);
  });

  it.each<[string, unknown, string | null, string[]]>([
    ['the two words differ', OCI, MEDIA_TYPES.ociIndex, ['TYPE_MISMATCH $.mediaType']],
    ['the two words differ in family', DOCKER, MEDIA_TYPES.ociManifest, ['TYPE_MISMATCH $.mediaType']],
    ['it was served as a web page', OCI, 'text/html', ['TYPE_MISMATCH $.mediaType']],
    [
      'it was served as schema 2 and is schema 1',
      SCHEMA1,
      MEDIA_TYPES.dockerManifest,
      ['TYPE_MISMATCH $.schemaVersion'],
    ],
    [
      'it was served as schema 1 and is not',
      without(OCI, 'mediaType'),
      MEDIA_TYPES.dockerSchema1,
      ['TYPE_MISMATCH $.schemaVersion'],
    ],
    [
      'its own word means nothing here',
      { ...OCI, mediaType: 'application/vnd.example+json' },
      null,
      ['UNKNOWN_TYPE $.mediaType'],
    ],
    [
      'its own word is in other letters',
      { ...OCI, mediaType: MEDIA_TYPES.ociManifest.toUpperCase() },
      null,
      ['UNKNOWN_TYPE $.mediaType'],
    ],
    ['its own word is no word', { ...OCI, mediaType: 5 }, null, ['SHAPE $.mediaType']],
    ['the only word means nothing here', { a: 1 }, 'text/html', ['UNKNOWN_TYPE null']],
    ['nothing decides', { schemaVersion: 2 }, null, ['UNKNOWN_TYPE null']],
    ['there is no version and no word', without(OCI, 'mediaType', 'schemaVersion'), null, ['UNKNOWN_TYPE null']],
    [
      'a registry answered with an error',
      { errors: [{ code: 'MANIFEST_UNKNOWN' }] },
      'application/json',
      ['UNKNOWN_TYPE null'],
    ],
    ['a proxy answered with a login page', '<!DOCTYPE html><html></html>', 'text/html', ['BAD_JSON $']],
    ['nothing came', '', null, ['BAD_JSON $']],
    ['it is an array', [OCI], null, ['SHAPE $']],
    ['it is null', null, MEDIA_TYPES.ociManifest, ['SHAPE $']],
    ['a Docker manifest does not name itself', without(DOCKER, 'mediaType'), null, ['SHAPE $.mediaType']],
    ['a Docker list does not name itself', without(LIST, 'mediaType'), MEDIA_TYPES.dockerList, ['SHAPE $.mediaType']],
    ['the version is missing', without(OCI, 'schemaVersion'), null, ['SHAPE $.schemaVersion']],
    ['the version is another', { ...INDEX, schemaVersion: '2' }, null, ['SHAPE $.schemaVersion']],
    ['it is schema 1', SCHEMA1, null, ['UNSUPPORTED null']],
    ['it is signed schema 1', { ...SCHEMA1, signatures: [] }, MEDIA_TYPES.dockerSchema1Signed, ['UNSUPPORTED null']],
  ])('is refused when %s', (_, document, contentType, expected) => {
    expect(problems(document, contentType)).toEqual(expected);
  });

  it.each<[unknown, string | null, object]>([
    [{ ...OCI, layers: 1 }, null, { mediaType: MEDIA_TYPES.ociManifest, format: 'oci-image' }],
    [{ ...SCHEMA1, signatures: [] }, null, { mediaType: MEDIA_TYPES.dockerSchema1Signed, format: 'docker-schema1' }],
    ['not JSON', MEDIA_TYPES.dockerList, { mediaType: MEDIA_TYPES.dockerList, format: 'docker-list' }],
    [{ mediaType: 'application/x' }, null, { mediaType: 'application/x', format: null }],
    ['', null, { mediaType: null, format: null }],
  ])('is told by the error as far as it is claimed: %#', (document, contentType, claimed) => {
    expect(refusal(document, contentType).claimed).toEqual(claimed);
  });
});

describe('an ambiguous document', () => {
  const kinds = { s2: DOCKER, 'OCI manifest': OCI, list: LIST, 'OCI index': INDEX, s1: SCHEMA1 };
  const casings: [string, (field: string) => string][] = [
    ['as they are', (field) => field],
    ['in upper case', (field) => field.toUpperCase()],
    ['with a capital', (field) => `${field[0]?.toUpperCase()}${field.slice(1)}`],
  ];
  const fields = ['config', 'layers', 'manifests', 'fsLayers', 'history', 'blobs'];
  const cases = Object.entries(kinds).flatMap(([kind, document]) =>
    fields.flatMap((field) =>
      casings
        .filter(([, write]) => !(write(field) in document))
        .map(([how, write]) => [kind, field, how, { ...document, [write(field)]: [LAYER] }, write(field)] as const),
    ),
  );

  it("has been tried for each kind, field and casing but a kind's own fields", () => {
    expect(cases).toHaveLength(5 * 6 * 3 - 8);
  });

  it.each(cases)('%s with %s written %s is refused', (_kind, _field, _how, document, key) => {
    expect(problems(document)).toContain(`AMBIGUOUS $.${key}`);
  });

  it.each<[string, unknown, string]>([
    ['an OCI manifest with an empty list of manifests', { ...OCI, manifests: [] }, 'AMBIGUOUS $.manifests'],
    ['a second spelling that is null, which makes Go forget the first', { ...OCI, Layers: null }, 'AMBIGUOUS $.Layers'],
    ['a type in two spellings', { ...OCI, MediaType: MEDIA_TYPES.ociIndex }, 'AMBIGUOUS $.MediaType'],
    ['a spelling with the long s, which Go folds', { ...OCI, layerſ: [] }, "AMBIGUOUS $['layerſ']"],
    ['an undecided document with a field in other letters', { schemaVersion: 2, Layers: [] }, 'AMBIGUOUS $.Layers'],
    [
      'a descriptor with two digests',
      { ...OCI, layers: [{ ...LAYER, Digest: DIGEST }] },
      'AMBIGUOUS $.layers[0].Digest',
    ],
    ['a size in two spellings', { ...OCI, config: { ...CONFIG, SIZE: 1 } }, 'AMBIGUOUS $.config.SIZE'],
    [
      'a platform in two spellings',
      { ...INDEX, manifests: [{ ...ENTRY, Platform: {} }] },
      'AMBIGUOUS $.manifests[0].Platform',
    ],
    [
      'an operating system in two spellings',
      { ...INDEX, manifests: [{ ...ENTRY, platform: { ...ENTRY.platform, OS: 'windows' } }] },
      'AMBIGUOUS $.manifests[0].platform.OS',
    ],
    ['a key twice', JSON.stringify(OCI).replace('"layers"', '"layers":[],"layers"'), 'DUP_KEY $.layers'],
    [
      'a key twice where nobody looks',
      JSON.stringify(OCI).replace('"layers"', '"x":[{"a":1,"a":1}],"layers"'),
      'DUP_KEY $.x[0].a',
    ],
    ["a manifest with an index's own word", { ...OCI, mediaType: MEDIA_TYPES.dockerList }, 'AMBIGUOUS $.layers'],
  ])('is %s', (_, document, expected) => {
    expect(problems(document)).toContain(expected);
  });
});

describe('a broken document', () => {
  it.each<[string, unknown, string]>([
    [
      'a digest that is a path',
      { ...OCI, config: { ...CONFIG, digest: 'sha256:../../x' } },
      'BAD_DIGEST $.config.digest',
    ],
    [
      'a digest in upper case',
      { ...OCI, config: { ...CONFIG, digest: `sha256:${'A'.repeat(64)}` } },
      'BAD_DIGEST $.config.digest',
    ],
    [
      'a digest of 63 digits',
      { ...OCI, config: { ...CONFIG, digest: DIGEST.slice(0, -1) } },
      'BAD_DIGEST $.config.digest',
    ],
    [
      'a digest that nobody can verify',
      { ...OCI, config: { ...CONFIG, digest: `md5:${'a'.repeat(32)}` } },
      'BAD_DIGEST $.config.digest',
    ],
    ['no digest', { ...OCI, config: without(CONFIG, 'digest') }, 'BAD_DIGEST $.config.digest'],
    ['a negative size', { ...OCI, layers: [{ ...LAYER, size: -1 }] }, 'BAD_SIZE $.layers[0].size'],
    ['half a byte', { ...OCI, layers: [{ ...LAYER, size: 0.5 }] }, 'BAD_SIZE $.layers[0].size'],
    ['a size as text', { ...OCI, layers: [{ ...LAYER, size: '5' }] }, 'BAD_SIZE $.layers[0].size'],
    ['a size of 2^53', { ...OCI, layers: [{ ...LAYER, size: 2 ** 53 }] }, 'BAD_SIZE $.layers[0].size'],
    [
      'a size that no double holds',
      JSON.stringify(OCI).replace('5678', '9007199254740993'),
      'PRECISION $.layers[0].size',
    ],
    ['no size', { ...OCI, layers: [without(LAYER, 'size')] }, 'BAD_SIZE $.layers[0].size'],
    ['no media type', { ...OCI, layers: [without(LAYER, 'mediaType')] }, 'SHAPE $.layers[0].mediaType'],
    ['a media type with a NUL', { ...OCI, layers: [{ ...LAYER, mediaType: 'a/b\0' }] }, 'SHAPE $.layers[0].mediaType'],
    ['no config', without(OCI, 'config', 'x'), 'SHAPE $.config'],
    ['a config that is text', { ...OCI, config: DIGEST }, 'SHAPE $.config'],
    ['no layers', without(OCI, 'layers'), 'SHAPE $.layers'],
    ['layers that are an object', { ...OCI, layers: { 0: LAYER } }, 'SHAPE $.layers'],
    ['a layer that is null', { ...OCI, layers: [null] }, 'SHAPE $.layers[0]'],
    ['no manifests', without(INDEX, 'manifests'), 'SHAPE $.manifests'],
    [
      'a platform that is text',
      { ...INDEX, manifests: [{ ...ENTRY, platform: 'linux/amd64' }] },
      'SHAPE $.manifests[0].platform',
    ],
    [
      'an architecture that is a number',
      { ...INDEX, manifests: [{ ...ENTRY, platform: { os: 'linux', architecture: 386 } }] },
      "SHAPE $.manifests[0].platform['architecture']",
    ],
    ['an annotation that is a number', { ...OCI, annotations: { a: 1 } }, 'ANNOTATIONS $.annotations.a'],
    ['an annotation that is null', { ...OCI, annotations: { a: null } }, 'ANNOTATIONS $.annotations.a'],
    ['annotations that are an array', { ...OCI, annotations: [] }, 'ANNOTATIONS $.annotations'],
    ['urls that are text', { ...OCI, layers: [{ ...LAYER, urls: 'http://x' }] }, 'SHAPE $.layers[0].urls'],
    [
      'an empty config and no artifactType',
      { ...OCI, config: { ...CONFIG, mediaType: MEDIA_TYPES.ociEmpty } },
      'SHAPE $.artifactType',
    ],
    ['an artifactType that is a number', { ...OCI, artifactType: 7 }, 'SHAPE $.artifactType'],
    ['a subject that is text', { ...OCI, subject: DIGEST }, 'SHAPE $.subject'],
    [
      'depth 65',
      JSON.stringify(OCI).replace('{', `{"x":${'['.repeat(64)}${']'.repeat(64)},`),
      `TOO_DEEP $.x${'[0]'.repeat(63)}`,
    ],
  ])('with %s is refused, and the place is named', (_, document, expected) => {
    expect(problems(document)).toContain(expected);
  });

  it('is reported with everything that is wrong, not the first find', () => {
    const document = {
      ...OCI,
      manifests: [],
      config: { ...CONFIG, size: -1, digest: 'x' },
      layers: [LAYER, { ...LAYER, size: null }, 5],
    };
    expect(problems(document)).toEqual([
      'AMBIGUOUS $.manifests',
      'BAD_DIGEST $.config.digest',
      'BAD_SIZE $.config.size',
      'BAD_SIZE $.layers[1].size',
      'SHAPE $.layers[2]',
    ]);
  });

  it('lists at most 100 problems and counts the rest', () => {
    const error = refusal({ ...OCI, layers: Array(150).fill(null) });
    expect(error.problems).toHaveLength(101);
    expect(error.problems.at(-1)?.message).toBe('and 50 more problems like these');
  });

  it('is reported in few words, whatever it holds', () => {
    const error = refusal({ ...OCI, mediaType: 'x'.repeat(1_000_000), ['y'.repeat(100_000)]: 1 });
    expect(error.message.length).toBeLessThan(1_000);
  });
});

describe('whatever the bytes', () => {
  const originals = [
    anImage({ format: 'docker' }),
    anIndex({ entries: [anImage()], attestations: 'classic' }),
    anArtifact({ subject: anImage() }),
  ];

  it('parseManifest throws nothing but ManifestError', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        (original, changes) => {
          const bytes = Uint8Array.from(original.bytes);
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          try {
            expect(parseManifest(bytes, { contentType: null }).digest).toBe(digestOf(bytes));
          } catch (error) {
            if (!(error instanceof ManifestError)) throw error;
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('parseManifest throws nothing but ManifestError for any values in any field', () => {
    const key = fc.constantFrom(
      'schemaVersion',
      'mediaType',
      'config',
      'layers',
      'manifests',
      'annotations',
      'subject',
      'artifactType',
      'digest',
      'size',
      'platform',
      'os',
      '__proto__',
    );
    const leaf = fc.constantFrom(null, true, 2, -1, '', DIGEST, 'linux', ...Object.values(MEDIA_TYPES));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.array(fc.tuple(key, tie('tree')), { maxLength: 6 }).map(Object.fromEntries),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom(OCI, DOCKER, INDEX, LIST, WITHDRAWN), key, tree, (document, field, value) => {
        try {
          parse({ ...document, [field]: value });
        } catch (error) {
          if (!(error instanceof ManifestError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
