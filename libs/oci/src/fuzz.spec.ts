import { generateKeyPairSync, randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseImageConfig } from './config/parse-image-config.js';
import { digestOf } from './digest.js';
import { layersOf } from './manifest/layers-of.js';
import { ManifestError } from './manifest/manifest-error.js';
import type { Manifest } from './manifest/manifest.js';
import { parseManifest } from './manifest/parse-manifest.js';
import { schema1Payload } from './schema1/schema1-payload.js';
import { anArtifact, anImage, anIndex, aSchema1Image } from './testing.js';
import { WITHDRAWN, bytesOf } from './testing/documents.js';
import { mutate, randomNumbers } from './testing/mutate.js';

// `npm test` makes a few thousand rounds from one seed; STRATA_FUZZ_ROUNDS makes more, from a seed of their own unless
// STRATA_FUZZ_SEED names one. The seed stands in the title, so that a failure can be had again.
const { STRATA_FUZZ_ROUNDS: wanted, STRATA_FUZZ_SEED: named } = process.env;
const rounds = Number(wanted ?? 4_000);
const seed = Number(named ?? (wanted === undefined ? 1 : randomInt(2 ** 31)));

const signer = { privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, algorithm: 'ES256' };
const image = anImage({ labels: { a: 'b' }, annotations: { c: 'd' } });
const manifests = [
  image,
  anImage({ format: 'docker', platform: 'windows/amd64:10.0.20348.1' }),
  anIndex({ entries: [image, anImage({ platform: 'linux/arm64/v8' })], attestations: 'classic' }),
  anIndex({ entries: [anImage({ format: 'docker' })], format: 'docker' }),
  anArtifact({ subject: image, annotations: { e: 'f' } }),
  aSchema1Image({ signedBy: [signer], labels: { a: 'b' } }),
  aSchema1Image(),
  { bytes: bytesOf(WITHDRAWN) },
].map(({ bytes }) => bytes);
const configs = [image.config.bytes, anImage({ platform: 'windows/amd64:10.0.20348.1', layers: 5 }).config.bytes];

/** Null for a document that is refused; a refusal is bounded and names places. */
function read<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    for (const { message, path } of error.problems) {
      expect(message.length).toBeLessThan(500);
      expect(path === null || path.startsWith('$')).toBe(true);
    }
    return null;
  }
}

/** The digests of the layers as JavaScript's own reader sees them. */
function plainDigests(bytes: Uint8Array): unknown[] {
  const { layers, fsLayers } = JSON.parse(Buffer.from(bytes).toString()) as Record<
    string,
    { digest: unknown; blobSum: unknown }[]
  >;
  return [...(layers ?? []).map(({ digest }) => digest), ...(fsLayers ?? []).map(({ blobSum }) => blobSum)];
}

function checkAccepted(bytes: Uint8Array, manifest: Manifest): void {
  const covered = manifest.kind === 'schema1' ? (schema1Payload(bytes) ?? bytes) : bytes;
  expect(manifest.digest).toBe(digestOf(covered));
  expect(parseManifest(bytes, { contentType: manifest.mediaType })).toEqual(manifest);
  const ours: string[] = layersOf(manifest).map(({ digest }) => digest);
  if (manifest.kind === 'image') expect(plainDigests(bytes)).toEqual(ours);
  if (manifest.kind === 'schema1') expect(plainDigests(bytes)).toEqual(expect.arrayContaining(ours));
}

describe(`documents with changed bytes (${rounds} rounds, seed ${seed})`, () => {
  it('are refused with a ManifestError, or mean what another reader reads', () => {
    const random = randomNumbers(seed);
    let accepted = 0;
    for (let round = 0; round < rounds; round += 1) {
      const [original, donor] = [manifests[random(manifests.length)]!, manifests[random(manifests.length)]!];
      const bytes = mutate(original, donor, random);
      const manifest = read(() => parseManifest(bytes, { contentType: null }));
      if (manifest !== null) checkAccepted(bytes, manifest);
      accepted += manifest === null ? 0 : 1;
    }
    expect(accepted).toBeGreaterThan(0); // else nothing of this was looked at
  });

  it('are no other configs than they were, or are refused with a ManifestError', () => {
    const random = randomNumbers(seed);
    for (let round = 0; round < rounds / 4; round += 1) {
      const [original, donor] = [configs[random(configs.length)]!, configs[random(configs.length)]!];
      const bytes = mutate(original, donor, random);
      const config = read(() => parseImageConfig(bytes));
      if (config === null) continue;
      const { rootfs } = JSON.parse(Buffer.from(bytes).toString()) as { rootfs: { diff_ids: string[] | null } };
      expect(config.diffIds).toEqual(rootfs.diff_ids ?? []);
    }
  });
});
