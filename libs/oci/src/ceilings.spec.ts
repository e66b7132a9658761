import { describe, expect, it } from '@jest/globals';
import { CEILINGS } from './ceilings.js';
import { parseImageConfig } from './config/parse-image-config.js';
import { ManifestError } from './manifest/manifest-error.js';
import { parseManifest } from './manifest/parse-manifest.js';
import { MEDIA_TYPES } from './media-types.js';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const LAYER = { mediaType: 'a/b', digest: DIGEST, size: 1 };
const ENTRY = { ...LAYER, mediaType: MEDIA_TYPES.ociManifest };
const IMAGE = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPES.ociManifest,
  config: { ...LAYER, mediaType: MEDIA_TYPES.ociConfig },
  layers: [],
};
const INDEX = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [] };
const CONFIG = { rootfs: { type: 'layers', diff_ids: [] } };
const MANY = 'x'.repeat(1024);

type Parse = (document: object) => unknown;
const manifest: Parse = (document) => parseManifest(Buffer.from(JSON.stringify(document)), { contentType: null });
const config: Parse = (document) => parseImageConfig(Buffer.from(JSON.stringify(document)));

/** Pads a document to a size in bytes. */
const padded = (document: object, sizeBytes: number): object => {
  const bare = JSON.stringify({ ...document, x: '' }).length;
  return { ...document, x: 'x'.repeat(sizeBytes - bare) };
};
const annotated = (annotations: object): object => ({ ...IMAGE, annotations });
/** Keys of 8 bytes and values of 1,016: 1 KiB each, spread over the manifest and a layer. */
const annotationsOfKib = (count: number): object => {
  const pairs = Array.from(
    { length: count },
    (_, index) => [`key${String(index).padStart(5, '0')}`, MANY.slice(8)] as const,
  );
  return {
    ...IMAGE,
    annotations: Object.fromEntries(pairs.slice(1)),
    layers: [{ ...LAYER, annotations: Object.fromEntries(pairs.slice(0, 1)) }],
  };
};
const deep = (depth: number): object => JSON.parse(`${'{"x":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`) as object;

describe('the ceilings', () => {
  it.each<[string, number, string, Parse, (size: number) => object]>([
    ['bytes of a manifest', 4 * 1024 * 1024, 'TOO_LARGE', manifest, (size) => padded(IMAGE, size)],
    ['bytes of a config', 4 * 1024 * 1024, 'TOO_LARGE', config, (size) => padded(CONFIG, size)],
    ['levels of a manifest', 64, 'TOO_DEEP', manifest, (size) => ({ ...IMAGE, x: deep(size - 1) })],
    ['levels of a config', 64, 'TOO_DEEP', config, (size) => ({ ...CONFIG, x: deep(size - 1) })],
    ['layers of a manifest', 10_000, 'TOO_LARGE', manifest, (size) => ({ ...IMAGE, layers: Array(size).fill(LAYER) })],
    [
      'blobs of an artifact',
      10_000,
      'TOO_LARGE',
      manifest,
      (size) => ({ mediaType: MEDIA_TYPES.ociArtifact, blobs: Array(size).fill(LAYER) }),
    ],
    [
      'diff_ids of a config',
      10_000,
      'TOO_LARGE',
      config,
      (size) => ({ rootfs: { type: 'layers', diff_ids: Array(size).fill(DIGEST) } }),
    ],
    ['steps of a history', 10_000, 'TOO_LARGE', config, (size) => ({ ...CONFIG, history: Array(size).fill({}) })],
    ['entries of an index', 1_000, 'FANOUT', manifest, (size) => ({ ...INDEX, manifests: Array(size).fill(ENTRY) })],
    [
      'characters of a media type',
      255,
      'TOO_LARGE',
      manifest,
      (size) => ({ ...IMAGE, layers: [{ ...LAYER, mediaType: `a/${'b'.repeat(size - 2)}` }] }),
    ],
    [
      'characters of an artifact type',
      255,
      'TOO_LARGE',
      manifest,
      (size) => ({ ...IMAGE, artifactType: `a/${'b'.repeat(size - 2)}` }),
    ],
    ['bytes of an annotation key', 1024, 'ANNOTATIONS', manifest, (size) => annotated({ ['x'.repeat(size)]: '' })],
    [
      'bytes of an annotation key in wide characters',
      1024,
      'ANNOTATIONS',
      manifest,
      (size) => annotated({ [`${'é'.repeat(511)}${'x'.repeat(size - 1022)}`]: '' }),
    ],
    ['bytes of an annotation value', 64 * 1024, 'ANNOTATIONS', manifest, (size) => annotated({ a: 'x'.repeat(size) })],
    ['KiB of annotations together', 512, 'ANNOTATIONS', manifest, (size) => annotationsOfKib(size)],
  ])('accept as many %s as allowed and refuse one more', (_, limit, code, parse, make) => {
    expect(() => parse(make(limit))).not.toThrow();
    expect(refusalCodes(() => parse(make(limit + 1)))).toEqual([code]);
  });

  it('are the published ones', () => {
    expect(CEILINGS).toMatchObject({
      manifestBytes: 4_194_304,
      configBytes: 4_194_304,
      jsonDepth: 64,
      descriptors: 10_000,
      indexChildren: 1_000,
      indexDepth: 4,
      manifestsPerRoot: 2_000,
      nameChars: 255,
      tagChars: 128,
      mediaTypeChars: 255,
      annotationKeyBytes: 1_024,
      annotationValueBytes: 65_536,
      annotationBytes: 524_288,
    });
  });

  it('let a caller read larger manifests', () => {
    const bytes = Buffer.from(JSON.stringify(padded(IMAGE, CEILINGS.manifestBytes + 1)));
    expect(() => parseManifest(bytes, { contentType: null, maxBytes: CEILINGS.manifestBytes + 1 })).not.toThrow();
  });
});

function refusalCodes(parse: () => unknown): string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof ManifestError) return error.problems.map(({ code }) => code);
    throw error;
  }
  return [];
}
