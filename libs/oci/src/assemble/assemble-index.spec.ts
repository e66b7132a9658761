import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../digest.js';
import { parseManifest } from '../manifest/parse-manifest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { aSchema1Image, anArtifact, anImage, anIndex } from '../testing.js';
import { parse } from '../testing/documents.js';
import type { ManifestFixture } from '../testing/fixture.js';
import { assembleIndex, type AssembleOptions } from './assemble-index.js';
import { AssemblyError } from './assembly-error.js';
import type { IndexMember } from './index-members.js';

type Overrides = Omit<IndexMember, 'manifest' | 'config'>;

function member(fixture: ManifestFixture, overrides: Overrides = {}): IndexMember {
  const manifest = parseManifest(fixture.bytes, { contentType: fixture.mediaType });
  return { manifest, config: fixture.kind === 'image' ? fixture.config.bytes : null, ...overrides };
}

const assemble = (members: readonly IndexMember[], more: Partial<AssembleOptions> = {}) =>
  assembleIndex({ members, family: 'oci', ...more });

/** `os/architecture/variant:version+feature` of each entry as it is written; `-` where none is. */
function platforms({ bytes }: { readonly bytes: Uint8Array }): (string | null)[] {
  const manifest = parse(bytes);
  return manifest.kind === 'index' ? manifest.entries.map(({ rawPlatform }) => rawPlatform) : [];
}

/** What is wrong, one line each: `CODE path`. */
function problems(members: readonly IndexMember[], more: Partial<AssembleOptions> = {}): string[] {
  try {
    assemble(members, more);
    return [];
  } catch (error) {
    if (error instanceof AssemblyError) return error.problems.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
}

const amd64 = anImage({ seed: 'a' });
const arm64 = anImage({ seed: 'b', platform: 'linux/arm64/v8' });
const dockerAmd64 = anImage({ seed: 'a', format: 'docker' });
const dockerWindows = anImage({ seed: 'w', format: 'docker', platform: 'windows/amd64:10.0.20348.1' });

describe('assembleIndex', () => {
  it('writes a list byte for byte as docker manifest does', () => {
    const list = assemble([member(dockerAmd64), member(dockerWindows, { osFeatures: ['win32k', 'win32k'] })], {
      family: 'docker',
    });
    expect(Buffer.from(list.bytes).toString()).toBe(`{
   "schemaVersion": 2,
   "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
   "manifests": [
      {
         "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
         "size": ${dockerAmd64.sizeBytes},
         "digest": "${dockerAmd64.digest}",
         "platform": {
            "architecture": "amd64",
            "os": "linux"
         }
      },
      {
         "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
         "size": ${dockerWindows.sizeBytes},
         "digest": "${dockerWindows.digest}",
         "platform": {
            "architecture": "amd64",
            "os": "windows",
            "os.version": "10.0.20348.1",
            "os.features": [
               "win32k"
            ]
         }
      }
   ]
}`);
    expect(list).toMatchObject({ mediaType: MEDIA_TYPES.dockerList, digest: digestOf(list.bytes) });
  });

  it('writes an OCI index with annotations in the order of their bytes, escaped as Go escapes', () => {
    const annotations = new Map([
      ['b', '<&>\u2028'],
      ['a', 'ü'],
      ['__proto__', 'p'],
    ]);
    const index = assemble([member(amd64, { annotations })], { annotations: new Map([['x', 'y']]) });
    expect(Buffer.from(index.bytes).toString()).toContain(
      '"annotations": {\n            "__proto__": "p",\n            "a": "ü",\n            "b": "\\u003c\\u0026\\u003e\\u2028"',
    );
    expect(parse(index.bytes)).toMatchObject({
      kind: 'index',
      mediaType: MEDIA_TYPES.ociIndex,
      annotations: new Map([['x', 'y']]),
      entries: [{ descriptor: { digest: amd64.digest, sizeBytes: amd64.sizeBytes, annotations } }],
    });
  });

  it.each<[string, Overrides, string]>([
    ['the config', {}, '{"architecture":"arm64","os":"linux","variant":"v8"}'],
    ['a whole name', { platform: 'linux/arm/v6' }, '{"architecture":"arm","os":"linux","variant":"v6"}'],
    ['a whole name without a variant', { platform: 'linux/arm64' }, '{"architecture":"arm64","os":"linux"}'],
    [
      'a variant as it is typed',
      { platform: 'linux/arm64/v8' },
      '{"architecture":"arm64","os":"linux","variant":"v8"}',
    ],
    [
      'another name of an architecture',
      { platform: 'linux/armhf' },
      '{"architecture":"arm","os":"linux","variant":"v7"}',
    ],
    ['an architecture alone', { platform: 's390x' }, '{"architecture":"s390x","os":"linux"}'],
    ['its own architecture alone', { platform: 'arm64' }, '{"architecture":"arm64","os":"linux","variant":"v8"}'],
    [
      'a version and features',
      { platform: 'windows/amd64:10.0.1.2', osFeatures: ['b', 'a', 'b'] },
      '{"architecture":"amd64","os":"windows","os.version":"10.0.1.2","os.features":["b","a"]}',
    ],
  ])('takes the platform of an entry from %s', (_, overrides, expected) => {
    expect(platforms(assemble([member(arm64, overrides)]))).toEqual([expected]);
  });

  it('takes an image without a known config when its platform is said', () => {
    const unknown = { ...member(amd64), config: null };
    expect(platforms(assemble([{ ...unknown, platform: 'linux/amd64' }]))).toHaveLength(1);
    expect(problems([unknown])).toEqual(['UNKNOWN_PLATFORM $.members[0].platform']);
    expect(problems([{ ...unknown, config: Buffer.from('no JSON') }])).toEqual([
      'UNKNOWN_PLATFORM $.members[0].platform',
    ]);
  });

  it('puts the entries of an index in its place, attestations included', () => {
    const built = anIndex({ entries: [amd64], attestations: 'classic' });
    const index = assemble([member(arm64), member(built, { annotations: new Map([['a', 'b']]) })]);
    expect(parse(index.bytes)).toMatchObject({
      entries: [
        { descriptor: { digest: arm64.digest } },
        { descriptor: { digest: amd64.digest, annotations: new Map([['a', 'b']]) }, kind: 'platform' },
        { kind: 'attestation', descriptor: { digest: built.children[1]?.digest } },
      ],
    });
  });

  it('takes only the images of an index into a Docker list, and one platform for one image', () => {
    const built = anIndex({ entries: [dockerAmd64], attestations: 'classic', format: 'docker' });
    expect(platforms(assemble([member(built, { platform: 'linux/amd64/v2' })], { family: 'docker' }))).toEqual([
      '{"architecture":"amd64","os":"linux","variant":"v2"}',
    ]);
  });

  it('takes a platform twice when the second is for clients that prefer zstd', () => {
    const zstd = { annotations: new Map([['io.github.containers.compression.zstd', 'true']]) };
    expect(problems([member(amd64), member(amd64, zstd)])).toEqual([]);
  });

  it.each<[string, IndexMember[], Partial<AssembleOptions>, string[]]>([
    ['no members', [], {}, ['NO_MEMBERS $.members']],
    ['a Docker image in an OCI index', [member(amd64), member(dockerWindows)], {}, ['MIXED_FAMILIES $.members[1]']],
    ['an OCI image in a Docker list', [member(amd64)], { family: 'docker' }, ['MIXED_FAMILIES $.members[0]']],
    [
      'an index of the other family',
      [member(anIndex({ entries: [amd64, dockerWindows] }))],
      { family: 'docker' },
      ['MIXED_FAMILIES $.members[0].manifests[0]'],
    ],
    ['a platform twice', [member(amd64), member(anImage({ seed: 'c' }))], {}, ['DUPLICATE_PLATFORM $.members[1]']],
    [
      'a platform twice in other words',
      [member(arm64), member(amd64, { platform: 'linux/aarch64' })],
      {},
      ['DUPLICATE_PLATFORM $.members[1]'],
    ],
    ['an artifact', [member(anArtifact())], {}, ['NOT_AN_IMAGE $.members[0]']],
    ['schema 1', [schema1()], {}, ['SCHEMA1 $.members[0]']],
    ['a typing error', [member(amd64, { platform: 'linux/arm46' })], {}, ['BAD_PLATFORM $.members[0].platform']],
    ["no platform's name", [member(amd64, { platform: 'linux' })], {}, ['BAD_PLATFORM $.members[0].platform']],
    [
      'an image for nothing known',
      [member(anImage({ platform: 'unknown/unknown' }))],
      {},
      ['UNKNOWN_PLATFORM $.members[0].platform'],
    ],
    [
      'one platform for two images',
      [member(anIndex({ entries: [amd64, arm64] }), { platform: 'linux/amd64' })],
      {},
      ['AMBIGUOUS_OVERRIDE $.members[0].platform'],
    ],
    [
      'an index in an index',
      [member(anIndex({ entries: [amd64, anIndex({ entries: [arm64] })] }))],
      {},
      ['NESTED_INDEX $.members[0].manifests[1]'],
    ],
    [
      'an entry without a platform',
      [member(anIndex({ entries: [{ manifest: amd64, platform: null }] }))],
      {},
      ['UNKNOWN_PLATFORM $.members[0].manifests[0].platform'],
    ],
    [
      'annotations in a Docker list',
      [member(dockerAmd64, { annotations: new Map([['a', 'b']]) })],
      { family: 'docker', annotations: new Map([['a', 'b']]) },
      ['NO_ANNOTATIONS $.annotations', 'NO_ANNOTATIONS $.members[0].annotations'],
    ],
    [
      'annotations that are too large',
      [member(amd64, { annotations: new Map([['a', 'x'.repeat(70_000)]]) })],
      {},
      ['INVALID $.manifests[0].annotations.a'],
    ],
    [
      'several things',
      [member(anArtifact()), member(dockerAmd64, { platform: 'x' }), member(amd64)],
      {},
      ['NOT_AN_IMAGE $.members[0]', 'MIXED_FAMILIES $.members[1]', 'BAD_PLATFORM $.members[1].platform'],
    ],
  ])('refuses %s, naming all that is wrong', (_, members, more, expected) => {
    expect(problems(members, more)).toEqual(expected);
  });

  it('gives the same bytes every time, which parse as what was asked for, or the declared error', () => {
    const pool = [amd64, arm64, dockerAmd64, dockerWindows, anArtifact(), anIndex({ entries: [amd64, arm64] })];
    const anyMember = fc.record(
      { fixture: fc.constantFrom(...pool), platform: fc.constantFrom('linux/amd64', 'linux/arm/v6', 'arm64', 'x') },
      { requiredKeys: ['fixture'] },
    );
    fc.assert(
      fc.property(fc.array(anyMember, { maxLength: 4 }), fc.constantFrom('oci', 'docker'), (wanted, family) => {
        const members = wanted.map(({ fixture, platform }) =>
          member(fixture, platform === undefined ? {} : { platform }),
        );
        if (problems(members, { family }).length > 0) return;
        const index = assemble(members, { family });
        expect(assemble(members, { family }).digest).toBe(index.digest);
        const names = platforms(index);
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 300 },
    );
  });
});

function schema1(): IndexMember {
  const { bytes, mediaType } = aSchema1Image();
  return { manifest: parseManifest(bytes, { contentType: mediaType }), config: null };
}
