import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDigest, type Digest } from '../digest.js';
import type { IndexManifest } from '../manifest/manifest.js';
import { ENTRY, INDEX, LIST, parse } from '../testing/documents.js';
import { platformWords } from '../testing/write-document.js';
import { platformOf } from '../testing/platform-of.js';
import { resolveImage, type KnownManifest, type PullClient, type ResolveOptions } from './resolve-image.js';

/** A platform's name, its words, or null; with fields beside it. */
type Listed = string | null | Record<string, unknown>;

const at = (position: number): Digest => parseDigest(`sha256:${String(position).padStart(64, '0')}`);
const ROOT = at(999);

function anIndexOf(listed: readonly Listed[], family: 'oci' | 'docker' = 'oci', first = 0): IndexManifest {
  const manifests = listed.map((entry, position) => ({
    mediaType: family === 'oci' ? ENTRY.mediaType : LIST.manifests[0]?.mediaType,
    digest: at(first + position),
    size: 10,
    ...(typeof entry === 'string' ? { platform: platformWords(entry) } : entry),
  }));
  const manifest = parse({ ...(family === 'oci' ? INDEX : LIST), manifests });
  if (manifest.kind !== 'index') throw new Error('no index');
  return manifest;
}

const rooted = (index: IndexManifest): KnownManifest => ({ ...index, digest: ROOT });

/** The position that a client takes; null for none. */
function taken(client: PullClient, hostName: string, listed: readonly Listed[], more: Partial<ResolveOptions> = {}) {
  const options = { host: platformOf(hostName), client, childOf: () => null, ...more };
  const { digest } = resolveImage(rooted(anIndexOf(listed)), options);
  return digest === null ? null : Number(digest.slice(-3));
}

const ZSTD = { annotations: { 'io.github.containers.compression.zstd': 'true' } };
const AMD64 = { platform: platformWords('linux/amd64') };

describe('resolveImage', () => {
  it.each<[string, Listed[], number | null, number | null]>([
    ['linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm64/v8'], 1, 1],
    ['linux/arm64', ['linux/amd64', 'linux/arm/v7'], 1, null],
    ['linux/arm64', ['linux/arm64/v8', 'linux/arm64'], 0, 0],
    ['linux/arm64', ['linux/arm64', 'linux/arm64/v8'], 0, 1],
    ['linux/arm64/v9.2', ['linux/arm64', 'linux/arm64/v9.2', 'linux/arm64/v9.1'], 1, 1],
    ['linux/arm64/v9.2', ['linux/arm64', 'linux/arm64/v8.8', 'linux/arm64/v8.7'], 2, 0],
    ['linux/amd64', ['linux/386'], 0, null],
    ['linux/amd64', ['linux/386', 'linux/amd64'], 1, 1],
    ['linux/amd64', ['linux/amd64/v3'], null, null],
    ['linux/amd64/v3', ['linux/amd64', 'linux/amd64/v2'], 1, 0],
    ['linux/amd64', ['unknown/unknown', 'linux/amd64'], 1, 1],
    ['linux/amd64', ['linux/x86_64'], 0, null],
    ['linux/amd64', ['linux/amd64', 'linux/amd64'], 0, 0],
    ['linux/amd64', [AMD64, { ...AMD64, ...ZSTD }], 0, 1],
    ['linux/amd64', [null, 'linux/amd64'], 1, 1],
    ['linux/amd64', [{ platform: { architecture: 'amd64' } }], 0, null],
    ['linux/arm64', [], null, null],
    ['linux/riscv64', ['linux/amd64', 'linux/arm64'], null, null],
    ['windows/amd64:10.0.26100', ['windows/amd64:10.0.20348.1', 'windows/amd64:10.0.17763.1'], 0, 0],
    ['windows/amd64:10.0.17763', ['windows/amd64:10.0.20348.1'], null, 0],
    ['windows/amd64:10.0.26100', ['windows/amd64:10.0.20348.1', 'windows/amd64:10.0.26100.1'], 1, 0],
    ['windows/amd64:10.0.26100', ['windows/amd64', 'windows/386'], 0, 0],
    ['darwin/arm64', ['linux/arm64', 'darwin/arm64'], 1, 1],
    ['darwin/arm64', ['linux/arm64'], 0, null],
  ])('%s takes from %j: containerd %s, containers/image %s', (hostName, listed, containerd, containersImage) => {
    expect([taken('containerd', hostName, listed), taken('containers-image', hostName, listed)]).toEqual([
      containerd,
      containersImage,
    ]);
  });

  it('prefers the image that uses more of the features of the host, as containerd does', () => {
    const needing = (...features: string[]) => ({
      platform: { ...platformWords('linux/amd64'), 'os.features': features },
    });
    const host = platformOf('linux/amd64', ['a', 'b']);
    expect(taken('containerd', 'linux/amd64', ['linux/amd64', needing('a'), needing('a', 'c')], { host })).toBe(1);
  });

  it('lets containers/image put unworded arm64 first when it was only given an architecture', () => {
    const listed = ['linux/arm64/v8', 'linux/arm64'];
    expect(taken('containers-image', 'linux/arm64', listed, { variant: 'unsaid' })).toBe(1);
    expect(taken('containers-image', 'linux/arm/v6', ['linux/arm/v7'], { variant: 'unsaid' })).toBe(0);
    expect(taken('containers-image', 'linux/arm/v6', ['linux/arm/v7'])).toBeNull();
  });

  it('finds nothing in entries without a platform of a Docker list as containers/image, which tries them in an OCI index', () => {
    const options = { host: platformOf('linux/amd64'), client: 'containers-image' as const, childOf: () => null };
    expect(resolveImage(rooted(anIndexOf([null], 'docker')), options).digest).toBeNull();
    expect(resolveImage(rooted(anIndexOf([null])), options).digest).toBe(at(0));
  });

  it.each<[string, KnownManifest | null, unknown, unknown]>([
    ['an image that fits', image('linux/amd64'), [0, true], [0, true]],
    ['an image that does not fit', image('linux/arm64'), [null, false], [0, false]],
    ['an artifact', { kind: 'artifact', digest: at(0) }, [null, false], [0, false]],
    ['something that nobody has seen', null, [0, false], [0, false]],
  ])('asks the config behind an entry without a platform: %s', (_, known, containerd, containersImage) => {
    const results = (['containerd', 'containers-image'] as const).map((client) => {
      const options = { host: platformOf('linux/amd64'), client, childOf: () => known };
      const { digest, runnable } = resolveImage(rooted(anIndexOf([null])), options);
      return [digest === at(0) ? 0 : digest, runnable];
    });
    expect(results).toEqual([containerd, containersImage]);
  });

  it('says that an image does not run whose config contradicts the index', () => {
    const options = { host: platformOf('linux/amd64'), childOf: () => image('linux/s390x') };
    const { digest, runnable, reason } = resolveImage(rooted(anIndexOf(['linux/amd64'])), {
      ...options,
      client: 'containerd',
    });
    expect([digest, runnable]).toEqual([at(0), false]);
    expect(reason).toBe(
      'manifests[0] (linux/amd64) is for linux/amd64; no other entry does; its config says linux/s390x, which linux/amd64 does not run',
    );
  });

  it.each([
    ['linux/amd64', true],
    ['linux/386', true],
    ['linux/arm64', false],
  ])('takes a single image as it is: one for %s runs on amd64: %s', (name, runnable) => {
    const options = { host: platformOf('linux/amd64'), client: 'containerd' as const, childOf: () => null };
    expect(resolveImage(image(name), options)).toMatchObject({ digest: at(0), entry: null, runnable });
  });

  it.each<[string, Listed[], Digest]>([
    ['named for the host', [{ ...AMD64, mediaType: INDEX.mediaType }], at(11)],
    ['unnamed, when no entry is for the host', [{ mediaType: INDEX.mediaType }, 'linux/arm64'], at(11)],
    ['never, when an entry is for the host', [{ mediaType: INDEX.mediaType }, 'linux/amd64'], at(1)],
  ])('goes into a nested index that is %s', (_, listed, expected) => {
    const nested = rooted(anIndexOf(['linux/arm64', 'linux/amd64'], 'oci', 10));
    const childOf = (digest: Digest): KnownManifest => (digest === at(0) ? nested : image('linux/amd64'));
    for (const client of ['containerd', 'containers-image'] as const) {
      const options = { host: platformOf('linux/amd64'), client, childOf };
      expect(resolveImage(rooted(anIndexOf(listed)), options).digest).toBe(expected);
    }
  });

  it('follows four indexes inside each other, and gives up on a fifth', () => {
    const depthOf = (digest: Digest): number => Number(digest.slice(-3)) / 10;
    const nest = (levels: number) => {
      const level = (depth: number): KnownManifest =>
        depth === levels ? image('linux/amd64') : rooted(anIndexOf([AMD64], 'oci', 10 * (depth + 1)));
      const childOf = (digest: Digest): KnownManifest => level(depthOf(digest));
      return resolveImage(level(0), { host: platformOf('linux/amd64'), client: 'containerd', childOf });
    };
    expect(nest(4)).toMatchObject({ digest: at(40), runnable: true });
    expect(nest(5)).toMatchObject({ digest: null, runnable: false });
  });

  it.each<[PullClient, string, Listed[], string]>([
    [
      'containerd',
      'linux/amd64',
      ['linux/arm64', 'linux/s390x'],
      'nothing in the index is for linux/amd64, nor for what would also do (linux/386); it has linux/arm64, linux/s390x',
    ],
    ['containers-image', 'linux/amd64', [], 'nothing in the index is for linux/amd64; it names no platform'],
    [
      'containerd',
      'linux/arm/v7',
      ['linux/arm/v5', 'linux/arm/v6'],
      "manifests[1] (linux/arm/v6) is what linux/arm/v7 also runs; of 2 entries that would do, it stands highest in the host's order",
    ],
    [
      'containers-image',
      'linux/amd64',
      [AMD64, { ...AMD64, ...ZSTD }],
      'manifests[1] (linux/amd64) is worded as wanted; of 2 entries that would do, it is marked as compressed with zstd',
    ],
    [
      'containerd',
      'windows/amd64:10.0.26100',
      ['windows/amd64:10.0.20348.1', 'windows/amd64:10.0.26100.1'],
      'manifests[1] (windows/amd64:10.0.26100.1) is for windows/amd64:10.0.26100; of 2 entries that would do, it has the highest os.version as text',
    ],
  ])('says why, as %s on %s for %j', (client, hostName, listed, reason) => {
    const options = { host: platformOf(hostName), client, childOf: () => null };
    expect(resolveImage(rooted(anIndexOf(listed)), options).reason).toBe(reason);
  });

  it('takes nothing for a host that is unknown, although an attestation would fit it', () => {
    const unknown = { os: 'unknown', architecture: 'unknown', variant: null, osVersion: null, osFeatures: [] };
    expect(taken('containerd', 'linux/amd64', ['unknown/unknown'], { host: unknown })).toBeNull();
  });

  it('takes an entry that the index has, the same one every time, and the first of equals', () => {
    const names = ['linux/amd64', 'linux/386', 'linux/arm/v7', 'linux/arm64', 'linux/arm64/v8', 'unknown/unknown'];
    const anyListed = fc.array(fc.option(fc.constantFrom(...names)), { maxLength: 8 });
    fc.assert(
      fc.property(
        anyListed,
        fc.constantFrom('linux/amd64', 'linux/arm64', 'linux/arm/v7'),
        fc.constantFrom<PullClient>('containerd', 'containers-image'),
        (listed, hostName, client) => {
          const position = taken(client, hostName, listed);
          expect(taken(client, hostName, listed)).toBe(position);
          if (position === null) return;
          expect(listed.indexOf(listed[position] ?? null)).toBe(position);
          expect(taken(client, hostName, [...listed, listed[position] ?? null])).toBe(position);
        },
      ),
    );
  });
});

function image(name: string): KnownManifest {
  return { kind: 'image', digest: at(0), platform: platformOf(name) };
}
