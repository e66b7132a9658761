import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { convertManifest, digestOf, parseManifest, type Conversion, type ManifestFamily } from '@strata/oci';
import { aLayer, aSchema1Image, anImage, type BlobFixture } from '@strata/oci/testing';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-convert-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FORMAT = { docker: 'v2s2', oci: 'oci' } as const satisfies Record<ManifestFamily, string>;

/** What skopeo makes of an image: the manifest, and the config it names. */
async function withSkopeo(
  bytes: Uint8Array,
  blobs: readonly Pick<BlobFixture, 'digest' | 'bytes'>[],
  to: ManifestFamily,
) {
  const [from, into] = [await mkdtemp(join(folder, 'from-')), await mkdtemp(join(folder, 'into-'))];
  await writeFile(join(from, 'version'), 'Directory Transport Version: 1.1\n');
  await writeFile(join(from, 'manifest.json'), bytes);
  for (const blob of blobs) await writeFile(join(from, blob.digest.slice('sha256:'.length)), blob.bytes);
  await run('skopeo', ['--insecure-policy', 'copy', '--format', FORMAT[to], `dir:${from}`, `dir:${into}`]);
  const manifest = imageIn(await readFile(join(into, 'manifest.json')));
  return { manifest, config: await readFile(join(into, manifest.config.digest.slice('sha256:'.length))) };
}

function imageIn(bytes: Uint8Array) {
  const manifest = parseManifest(bytes, { contentType: null });
  if (manifest.kind !== 'image') throw new Error('not an image');
  return manifest;
}

/** The same document, whatever the order of its fields. */
function expectSame(ours: Conversion, theirs: ReturnType<typeof imageIn>): void {
  const { config, layers, mediaType } = imageIn(ours.bytes);
  expect({ config, layers, mediaType }).toEqual({
    config: theirs.config,
    layers: theirs.layers,
    mediaType: theirs.mediaType,
  });
}

describe('a conversion says what skopeo does', () => {
  it('from OCI to Docker', async () => {
    const image = anImage();
    const { manifest } = await withSkopeo(image.bytes, [...image.layers, image.config], 'docker');
    const options = { to: 'docker', contentType: image.mediaType, childOf: () => null } as const;
    expectSame(convertManifest(image.bytes, options), manifest);
  });

  it('from Docker to OCI, except that the config keeps its bytes', async () => {
    const image = anImage({ format: 'docker' });
    const { manifest } = await withSkopeo(image.bytes, [...image.layers, image.config], 'oci');
    const ours = convertManifest(image.bytes, { to: 'oci', contentType: image.mediaType, childOf: () => null });
    const { digest, bytes } = image.config;
    expectSame(ours, { ...manifest, config: { ...manifest.config, digest, sizeBytes: bytes.length } });
  });

  it('from schema 1 to schema 2, the new config byte for byte', async () => {
    const layers = [aLayer('lower'), null, aLayer('upper'), null];
    const image = aSchema1Image({ layers, labels: { markup: '<b>&' } });
    const full = layers.filter((layer) => layer !== null);
    const empty = Buffer.from('H4sIAAAJbogA/2IYBaNgFIxYAAgAAP//Lq+17wAEAAA=', 'base64');
    const blobs = [...full, { digest: digestOf(empty), bytes: empty }];
    const theirs = await withSkopeo(image.bytes, blobs, 'docker');
    const ours = convertManifest(image.bytes, {
      to: 'docker',
      contentType: image.mediaType,
      childOf: () => null,
      layerOf: (digest) => {
        const layer = full.find((each) => each.digest === digest);
        return layer === undefined ? null : { sizeBytes: layer.bytes.length, diffId: layer.diffId };
      },
    });
    expect(String(ours.config)).toBe(String(theirs.config));
    expectSame(ours, theirs.manifest);
  });
});
