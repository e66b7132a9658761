import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../digest.js';
import { type ImageManifest } from '../manifest/manifest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { anImage, anIndex } from '../testing.js';
import { convert, convertFixture, lossPaths, textOf } from '../testing/conversions.js';
import { CONFIG, OCI, parse } from '../testing/documents.js';
import { type ManifestFamily } from './family.js';

const OCI_LAYERS = 'application/vnd.oci.image.layer';
const digestWord = (digit: string): string => `sha256:${digit.repeat(64)}`;

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

function imageOf(document: unknown): ImageManifest {
  const manifest = parse(document);
  if (manifest.kind !== 'image') throw new Error('no image');
  return manifest;
}
