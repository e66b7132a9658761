import { describe, expect, it } from '@jest/globals';
import { ManifestError } from '../manifest/manifest-error.js';
import { MEDIA_TYPES } from '../media-types.js';
import { anArtifact, anImage } from '../testing.js';
import { convert, convertFixture, documentOf, lossPaths, obstacles, textOf } from '../testing/conversions.js';
import { CONFIG, DOCKER, LAYER, OCI, parse } from '../testing/documents.js';
import { type ManifestFamily } from './family.js';

const OCI_LAYERS = 'application/vnd.oci.image.layer';
const DOCKER_LAYERS = 'application/vnd.docker.image.rootfs';

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

function layerOf(more: Record<string, unknown>): Record<string, unknown> {
  return { ...OCI, layers: [LAYER, { ...LAYER, ...more }] };
}
