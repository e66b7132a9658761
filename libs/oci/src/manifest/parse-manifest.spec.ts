import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../digest.js';
import { MEDIA_TYPES } from '../media-types.js';
import {
  DIGEST,
  DOCKER,
  ENTRY,
  INDEX,
  LAYER,
  LIST,
  OCI,
  WITHDRAWN,
  bytesOf,
  parse,
  without,
} from '../testing/documents.js';

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
