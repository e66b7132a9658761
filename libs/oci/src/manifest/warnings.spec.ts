import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../digest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { anAttestation, anImage, anIndex } from '../testing.js';
import { CONFIG, DIGEST, DOCKER, ENTRY, INDEX, LAYER, LIST, OCI, parse, without } from '../testing/documents.js';
import type { Descriptor, SubjectDescriptor } from './descriptor.js';

const EMPTY_TYPE = MEDIA_TYPES.ociEmpty;
const EMPTY = {
  mediaType: EMPTY_TYPE,
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
  data: 'e30=',
};
const text = (content: string) => ({
  mediaType: 'a/b',
  digest: digestOf(Buffer.from(content)),
  size: Buffer.byteLength(content),
  data: Buffer.from(content).toString('base64'),
});
const warningsOf = (document: object) => parse(document).warnings.map(({ code, path }) => `${code} ${path}`);

describe('a document that can be used', () => {
  it.each<[string, object, string[]]>([
    ['nothing odd', OCI, []],
    ['an empty config, as an artifact has it', { ...OCI, artifactType: 'a/b', config: EMPTY, layers: [EMPTY] }, []],
    [
      'an empty type with content',
      { ...OCI, artifactType: 'a/b', config: { ...CONFIG, mediaType: EMPTY_TYPE } },
      ['EMPTY $.config'],
    ],
    ['content of another size', { ...OCI, layers: [{ ...text('abc'), size: 4 }] }, ['BAD_DATA $.layers[0].data']],
    [
      'content of another digest',
      { ...OCI, layers: [{ ...text('abc'), digest: LAYER.digest }] },
      ['BAD_DATA $.layers[0].data'],
    ],
    [
      'content that is not base64',
      { ...OCI, layers: [{ ...text('abc'), data: 'YWJj*' }] },
      ['BAD_DATA $.layers[0].data'],
    ],
    ['content that is no text', { ...OCI, layers: [{ ...text('abc'), data: 7 }] }, ['BAD_DATA $.layers[0].data']],
    [
      'content of a subject without a size',
      { ...OCI, subject: without({ ...text('abc'), digest: DIGEST }, 'size') },
      ['BAD_DATA $.subject.data'],
    ],
    ['one digest of two sizes', { ...OCI, layers: [LAYER, { ...LAYER, size: 1 }] }, ['INCONSISTENT $.layers[1]']],
    [
      'one digest of two types',
      { ...OCI, layers: [LAYER, { ...LAYER, mediaType: 'a/b' }] },
      ['INCONSISTENT $.layers[1]'],
    ],
    [
      'one digest as config and layer',
      { ...OCI, layers: [{ ...LAYER, digest: DIGEST }] },
      ['INCONSISTENT $.layers[0]'],
    ],
    ['one layer twice', { ...OCI, layers: [LAYER, LAYER] }, []],
    ['one child twice', { ...INDEX, manifests: [ENTRY, { ...ENTRY, platform: { os: 'a', architecture: 'b' } }] }, []],
    ['a child of two sizes', { ...INDEX, manifests: [ENTRY, { ...ENTRY, size: 1 }] }, ['INCONSISTENT $.manifests[1]']],
    [
      'a type without a subtype',
      { ...OCI, layers: [{ ...LAYER, mediaType: 'tar' }] },
      ['MEDIA_TYPE $.layers[0].mediaType'],
    ],
    ['a type with parameters', { ...OCI, layers: [{ ...LAYER, mediaType: 'a/b+json;version=0.1' }] }, []],
    ['a foreign field that is null', { ...without(INDEX, 'mediaType'), config: null }, ['AMBIGUOUS $.config']],
    [
      'a Docker list that names no platform',
      { ...LIST, manifests: [without(ENTRY, 'platform')] },
      ['PLATFORM $.manifests[0].platform'],
    ],
    ['an OCI index that names no platform', { ...INDEX, manifests: [without(ENTRY, 'platform')] }, []],
    ['a Docker manifest', DOCKER, []],
  ])('is warned of when it has %s', (_, document, expected) => {
    expect(warningsOf(document)).toEqual(expected);
  });

  it('lists at most 100 warnings', () => {
    expect(
      warningsOf({ ...OCI, layers: Array.from({ length: 150 }, () => ({ ...LAYER, mediaType: 'tar' })) }),
    ).toHaveLength(100);
  });

  it('gives the content that stands in it, and only what is what it should be', () => {
    const manifest = parse({ ...OCI, subject: text(''), layers: [text('abc'), { ...text('abc'), data: 'YWJk' }] });
    const contentOf = (descriptor: Descriptor | SubjectDescriptor | null) =>
      descriptor?.data && Buffer.from(descriptor.data).toString();
    expect(manifest.kind === 'image' && manifest.layers.map(contentOf)).toEqual(['abc', null]);
    expect(contentOf(manifest.subject)).toBe('');
  });
});

describe("BuildKit's attestations", () => {
  const image = anImage();
  it.each(['classic', 'artifact'] as const)('name the image that they are about: %s form', (attestations) => {
    const manifest = parse(Buffer.from(anIndex({ entries: [image], attestations }).bytes).toString());
    expect(manifest.kind === 'index' && manifest.entries.map(({ kind, about }) => [kind, about])).toEqual([
      ['platform', null],
      ['attestation', image.digest],
    ]);
    expect(manifest.warnings).toEqual([]);
  });

  it('are warned of when they are about something that is not there', () => {
    const bytes = anIndex({ entries: [anImage({ seed: 'other' }), anAttestation(image)] }).bytes;
    expect(warningsOf(JSON.parse(Buffer.from(bytes).toString()) as object)).toEqual(['INCONSISTENT $.manifests[1]']);
  });
});
