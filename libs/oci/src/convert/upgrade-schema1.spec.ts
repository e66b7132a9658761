import { describe, expect, it } from '@jest/globals';
import { parseImageConfig } from '../config/parse-image-config.js';
import { digestOf, type Digest } from '../digest.js';
import { parseManifest } from '../manifest/parse-manifest.js';
import { MEDIA_TYPES } from '../media-types.js';
import type { Schema1Manifest } from '../schema1/schema1-manifest.js';
import { EMPTY_LAYER, aLayer, aSchema1Image, anIndex } from '../testing.js';
import type { Schema1Fixture, Schema1Options } from '../testing/a-schema1-image.js';
import { ConversionError, type KnownLayer } from './conversion.js';
import { convertManifest, type ConvertOptions } from './convert-manifest.js';
import { upgradeSchema1 } from './upgrade-schema1.js';

const [lower, upper] = [aLayer('lower'), aLayer('upper')];
/** Base first: a layer, a step without files, a layer, a step without files. */
const image = (options: Schema1Options = {}): Schema1Fixture =>
  aSchema1Image({ layers: [lower, null, upper, null], ...options });

const known = new Map<Digest, KnownLayer>(
  [lower, upper].map(({ digest, diffId, bytes }) => [digest, { sizeBytes: bytes.length, diffId }]),
);
const layerOf = (digest: Digest): KnownLayer | null => known.get(digest) ?? null;

const convert = (fixture: Schema1Fixture, more: Partial<ConvertOptions> = {}) =>
  convertManifest(fixture.bytes, { to: 'docker', contentType: fixture.mediaType, childOf: () => null, ...more });

function parsed({ bytes, mediaType }: Schema1Fixture): Schema1Manifest {
  const manifest = parseManifest(bytes, { contentType: mediaType });
  if (manifest.kind !== 'schema1') throw new Error('not schema 1');
  return manifest;
}

describe('convertManifest, of schema 1', () => {
  it('gives schema 2 and its config when the layers are known from elsewhere', () => {
    const conversion = convert(image(), { layerOf });
    const manifest = parseManifest(conversion.bytes, { contentType: MEDIA_TYPES.dockerManifest });
    const config = conversion.config ?? Buffer.from('');
    expect(manifest).toMatchObject({
      kind: 'image',
      digest: conversion.digest,
      config: { mediaType: MEDIA_TYPES.dockerConfig, digest: digestOf(config), sizeBytes: config.length },
      layers: [
        { mediaType: MEDIA_TYPES.dockerLayerGzip, digest: lower.digest, sizeBytes: lower.bytes.length },
        { digest: upper.digest, sizeBytes: upper.bytes.length },
      ],
    });
    expect(conversion.losses.map(({ path }) => path)).toEqual(['$.name', '$.tag', '$.history']);
  });

  it('makes the config of the newest step and the history of all, base first', () => {
    const { config } = convert(image({ labels: { a: '<b>' } }), { layerOf });
    expect(parseImageConfig(config ?? Buffer.from(''))).toMatchObject({
      platform: { os: 'linux', architecture: 'amd64' },
      createdAt: new Date('2016-01-01T00:00:03Z'),
      cmd: ['app'],
      env: ['PATH=/bin'],
      labels: new Map([['a', '<b>']]),
      diffIds: [lower.diffId, upper.diffId],
      history: [
        { createdBy: '/bin/sh -c #(nop) ADD file:0', emptyLayer: false },
        { emptyLayer: true },
        { createdBy: '/bin/sh -c #(nop) ADD file:2', emptyLayer: false },
        { emptyLayer: true },
      ],
    });
    for (const name of ['"id"', '"parent"', '"throwaway"', '<b>']) expect(String(config)).not.toContain(name);
  });

  it('writes the config byte for byte as skopeo does', () => {
    const { config } = convert(image({ labels: { a: '<b>&' } }), { layerOf });
    const steps = [
      '{"created":"2016-01-01T00:00:00Z","created_by":"/bin/sh -c #(nop) ADD file:0"}',
      '{"created":"2016-01-01T00:00:01Z","created_by":"/bin/sh -c #(nop) CMD [\\"app\\"]","empty_layer":true}',
      '{"created":"2016-01-01T00:00:02Z","created_by":"/bin/sh -c #(nop) ADD file:2"}',
      '{"created":"2016-01-01T00:00:03Z","created_by":"/bin/sh -c #(nop) CMD [\\"app\\"]","empty_layer":true}',
    ];
    expect(String(config)).toBe(
      '{"architecture":"amd64","config":{"Cmd":["app"],"Env":["PATH=/bin"],"Labels":{"a":"\\u003cb\\u003e\\u0026"}},' +
        '"container_config":{"Cmd":["/bin/sh","-c","#(nop) CMD [\\"app\\"]"]},"created":"2016-01-01T00:00:03Z",' +
        `"history":[${steps.join()}],"os":"linux","rootfs":{"type":"layers","diff_ids":["${lower.diffId}","${upper.diffId}"]}}`,
    );
  });

  it.each(['__proto__', 'constructor'])('keeps a field of the newest step that is called %s', (name) => {
    const steps = [JSON.parse(`{"${name}":{"a":"b"}}`) as Record<string, unknown>]; // an object, as it is written here
    expect(String(convert(image({ steps }), { layerOf }).config)).toContain(`"${name}":{"a":"b"}`);
  });

  it('goes on to OCI with the same config', () => {
    const docker = convert(image(), { layerOf });
    const oci = convert(image(), { layerOf, to: 'oci' });
    expect(oci.mediaType).toBe(MEDIA_TYPES.ociManifest);
    expect(oci.config).toEqual(docker.config);
    expect(convertManifest(docker.bytes, { to: 'oci', contentType: null, childOf: () => null }).digest).toBe(
      oci.digest,
    );
  });

  it('knows the empty layer without being told, also where a step does not say that it is empty', () => {
    const steps = [{}, { throwaway: false }];
    const { config } = convert(image({ layers: [lower, null, null], steps }), { layerOf });
    expect(parseImageConfig(config ?? Buffer.from('')).diffIds).toEqual([
      lower.diffId,
      'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
    ]);
    expect(EMPTY_LAYER).toBe('sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4');
  });

  it('names every layer that must be fetched and uncompressed, by its place in the document', () => {
    const refused = (): unknown => convert(image());
    expect(refused).toThrow(ConversionError);
    expect(refused).toThrow(/SCHEMA1 at \$\.fsLayers\[3\]: .*must be fetched.*SCHEMA1 at \$\.fsLayers\[1\]/);
  });

  it('tells as much of the config as the document does, without the layers', () => {
    const { document, config, missing } = upgradeSchema1(parsed(image()), (digest) =>
      digest === upper.digest ? layerOf(digest) : null,
    );
    expect([document, missing.map(({ path }) => path)]).toEqual([null, ['$.fsLayers[3]']]);
    expect(String(config)).toContain(`"diff_ids":[null,"${upper.diffId}"]`);
  });

  it('stays in a Docker list as it is', () => {
    const { digest, bytes } = image();
    const list = anIndex({ format: 'docker', entries: [] });
    const entry = {
      mediaType: MEDIA_TYPES.dockerSchema1,
      digest,
      size: bytes.length,
      platform: { os: 'linux', architecture: 'amd64' },
    };
    const document = Buffer.from(JSON.stringify({ ...JSON.parse(String(list.bytes)), manifests: [entry] }));
    const options = { to: 'docker', contentType: null, childOf: () => null } as const;
    expect(convertManifest(document, options).digest).toBe(digestOf(document));
  });

  it('loses signatures, and nothing where nothing is said', () => {
    const manifest = { ...parsed(image({ layers: [lower] })), name: null, tag: null };
    expect(upgradeSchema1(manifest, layerOf).losses).toEqual([]);
    const signed: Schema1Manifest = { ...manifest, signature: { state: 'unverified', reason: 'no key' } };
    expect(upgradeSchema1(signed, layerOf).losses.map(({ path }) => path)).toEqual(['$.signatures']);
  });
});
