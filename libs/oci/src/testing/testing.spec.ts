import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { chainIds } from '../identity/chain-ids.js';
import { parseImageConfig } from '../config/parse-image-config.js';
import { digestOf } from '../digest.js';
import { parseManifest } from '../manifest/parse-manifest.js';
import { aLayer, anArtifact, anAttestation, anImage, anIndex, blobsOf, manifestsOf } from '../testing.js';

const base = anImage({ seed: 'base', layers: 2 });

describe('the builders', () => {
  it('give the same bytes for the same options, on every machine', () => {
    expect(anImage({ seed: 'a' }).digest).toBe(anImage({ seed: 'a' }).digest);
    expect(anImage().digest).toBe('sha256:5e89c32655d77453d8d21be24b3f9fdf57b957eb17e5655cc62202128e2fc95b');
  });

  it('give every blob and manifest its true digest', () => {
    const index = anIndex({ entries: [base, anImage({ base, format: 'docker' })], attestations: 'classic' });
    const everything = [...blobsOf(index), ...manifestsOf(index)];
    expect(everything).toHaveLength(2 + 2 + 2 + 2 + 4 + 2 + 2 + 1);
    for (const { bytes, digest } of everything) expect(digestOf(bytes)).toBe(digest);
  });

  it.each([0, 10, 512, 70_000])(
    'make layers that are gzip around a tar of %i bytes, under both digests',
    (contentBytes) => {
      const layer = aLayer('x', { contentBytes });
      const archive = gunzipSync(layer.bytes);
      expect(digestOf(archive)).toBe(layer.diffId);
      expect(archive.subarray(257, 262).toString()).toBe('ustar');
      expect(parseInt(archive.subarray(124, 135).toString(), 8)).toBe(contentBytes);
    },
  );

  it.each(['oci', 'docker'] as const)('make an %s image that parses as what was asked for', (format) => {
    const image = anImage({ seed: 'a', base, layers: 3, format, platform: 'linux/arm64/v8', labels: { team: 'web' } });
    const manifest = parseManifest(image.bytes, { contentType: image.mediaType });
    const config = parseImageConfig(image.config.bytes);
    expect(manifest).toMatchObject({
      kind: 'image',
      digest: image.digest,
      format: format === 'oci' ? 'oci-image' : 'docker-schema2',
    });
    expect(manifest.kind === 'image' && manifest.layers.map(({ digest }) => digest)).toEqual(
      image.layers.map(({ digest }) => digest),
    );
    expect(config.diffIds).toEqual(image.layers.map(({ diffId }) => diffId));
    expect(config.platform).toMatchObject({ os: 'linux', architecture: 'arm64', variant: null });
    expect(config.labels.get('team')).toBe('web');
  });

  it('share a base: the prefix chains are equal up to the end of the base', () => {
    const chain = (image: typeof base) => chainIds(image.layers.map(({ digest }) => digest));
    expect(chain(anImage({ seed: 'app', base })).slice(0, 2)).toEqual(chain(base));
    expect(chain(anImage({ seed: 'other' }))[0]).not.toBe(chain(base)[0]);
  });

  it('make other layers for another platform', () => {
    expect(anImage({ platform: 'linux/arm64' }).layers[0]?.digest).not.toBe(anImage().layers[0]?.digest);
  });

  it('make an index of platforms, attestations in both forms, a nested index and an artifact', () => {
    const nested = anIndex({ entries: [anImage({ platform: 'linux/arm/v7' })], attestations: 'artifact' });
    const about = anArtifact({ subject: base });
    const index = anIndex({
      entries: [base, nested, { manifest: about, fields: { artifactType: about.artifactType } }],
      attestations: 'classic',
    });
    const kinds = (fixture: typeof index) => {
      const manifest = parseManifest(fixture.bytes, { contentType: fixture.mediaType });
      return manifest.kind === 'index' ? manifest.entries.map(({ kind }) => kind) : null;
    };
    expect(kinds(index)).toEqual(['platform', 'index', 'sbom', 'attestation']);
    expect(kinds(nested)).toEqual(['platform', 'attestation']);
    expect(manifestsOf(index).at(-1)).toBe(index);
  });

  it.each(['classic', 'artifact'] as const)('make an attestation in its %s form that is no image', (form) => {
    const attestation = anAttestation(base, form);
    expect(parseManifest(attestation.bytes, { contentType: null })).toMatchObject({
      kind: 'artifact',
      artifactKind: 'attestation',
    });
  });
});
