import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf, normalizePlatform, parseManifest, resolveImage, type Digest, type Platform } from '@strata/oci';
import { anImage, anIndex, blobsOf, manifestsOf, type IndexFixture } from '@strata/oci/testing';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-resolve-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What skopeo takes when it is told the host: `null` when it finds nothing. */
async function takenBySkopeo(
  index: IndexFixture,
  [os, architecture, variant]: readonly string[],
): Promise<Digest | null> {
  const [from, into] = [await mkdtemp(join(folder, 'from-')), await mkdtemp(join(folder, 'into-'))];
  await writeFile(join(from, 'version'), 'Directory Transport Version: 1.1\n');
  for (const { digest, bytes } of blobsOf(index)) await writeFile(join(from, hexOf(digest)), bytes);
  for (const { digest, bytes } of manifestsOf(index))
    await writeFile(join(from, digest === index.digest ? 'manifest.json' : `${hexOf(digest)}.manifest.json`), bytes);
  const host = ['--override-os', os ?? '', '--override-arch', architecture ?? '', '--override-variant', variant ?? ''];
  try {
    await run('skopeo', ['--insecure-policy', ...host, 'copy', '--preserve-digests', `dir:${from}`, `dir:${into}`]);
    return digestOf(await readFile(join(into, 'manifest.json')));
  } catch (error) {
    if (String(error).includes('no image found')) return null;
    throw error;
  }
}

const hexOf = (digest: Digest): string => digest.slice('sha256:'.length);

function takenByUs(index: IndexFixture, [os, architecture, variant]: readonly string[]): Digest | null {
  const manifest = parseManifest(index.bytes, { contentType: index.mediaType });
  const host: Platform | null = normalizePlatform({ os, architecture, variant });
  if (manifest.kind !== 'index' || host === null) throw new Error('no index, or no host');
  const knowledge = variant === undefined ? 'unsaid' : 'detected';
  return resolveImage(manifest, { host, client: 'containers-image', variant: knowledge, childOf: () => null }).digest;
}

describe('the choice of containers/image is what skopeo takes', () => {
  it.each<[string, string[]]>([
    ['linux/amd64', ['linux/386']],
    ['linux/amd64', ['unknown/unknown', 'linux/386', 'linux/amd64', 'linux/amd64']],
    ['linux/amd64', ['linux/amd64/v3', 'linux/x86_64']],
    ['linux/amd64/v3', ['linux/amd64', 'linux/amd64/v2']],
    ['linux/amd64/v3', ['linux/amd64', 'linux/amd64/v3']],
    ['linux/arm64', ['linux/arm64/v8', 'linux/arm64']],
    ['linux/arm64', ['linux/arm64/v8', 'linux/arm/v7']],
    ['linux/arm64/v8', ['linux/arm64', 'linux/arm64/v8']],
    ['linux/arm64', ['linux/amd64', 'linux/arm/v7']],
    ['linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm64/v8']],
    ['linux/arm/v6', ['linux/arm/v7', 'linux/arm']],
    ['linux/arm', ['linux/arm/v5', 'linux/arm/v7']],
    ['windows/amd64', ['windows/amd64:10.0.17763.1', 'windows/amd64:10.0.20348.1']],
  ])('for %s from %j', async (hostName, platforms) => {
    const words = hostName.split('/');
    for (const format of ['oci', 'docker'] as const) {
      const images = platforms.map((platform, seed) => anImage({ seed: String(seed), platform, format, layers: 1 }));
      const index = anIndex({ format, entries: images });
      const theirs = await takenBySkopeo(index, words);
      const place = (digest: Digest | null) => images.findIndex((image) => image.digest === digest);
      expect(place(takenByUs(index, words))).toBe(place(theirs));
    }
  });
});
