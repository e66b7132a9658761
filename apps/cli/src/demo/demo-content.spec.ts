import { describe, expect, it } from '@jest/globals';
import { parseImageConfig, parseManifest } from '@strata/oci';
import { manifestsOf, type IndexFixture } from '@strata/oci/testing';
import { demoPushes } from './demo-content.js';
import { expectedAnswers } from './expected-answers.js';

const pushes = demoPushes();
const manifests = [
  ...new Map(pushes.flatMap(({ manifest }) => manifestsOf(manifest)).map((each) => [each.digest, each])).values(),
];
const indexes = manifests.filter((each): each is IndexFixture => each.kind === 'index');

describe('the content of the demonstration', () => {
  it('is 40 tags in 12 repositories, the same on every machine', () => {
    expect(expectedAnswers(pushes).tags.size).toBe(40);
    expect(new Set(pushes.map(({ repository }) => repository)).size).toBe(12);
    expect(demoPushes().map(({ manifest }) => manifest.digest)).toEqual(pushes.map(({ manifest }) => manifest.digest));
  });

  it('is understood without a complaint', () => {
    for (const each of manifests) {
      expect(parseManifest(each.bytes, { contentType: each.mediaType })).toMatchObject({
        digest: each.digest,
        kind: each.kind,
      });
      if (each.kind === 'image') expect(parseImageConfig(each.config.bytes).diffIds).toHaveLength(each.layers.length);
    }
  });

  it('holds every shape that the catalog tells apart', () => {
    const platforms = indexes.map(({ children }) => children.filter(({ kind }) => kind === 'image').length);
    expect([...new Set(platforms)].sort()).toEqual([1, 2, 3, 5, 6]);
    expect(indexes.some(({ children }) => children.some(({ kind }) => kind === 'index'))).toBe(true);
    expect(manifests.some(({ kind, bytes }) => kind === 'artifact' && Buffer.from(bytes).includes('"subject"'))).toBe(
      true,
    );
    expect(new Set(manifests.map(({ mediaType }) => mediaType)).size).toBe(4);
    expect(new Set(indexes.map(({ format }) => format))).toEqual(new Set(['oci', 'docker']));
  });

  it('names every tag at most twice, and the second time is a move', () => {
    const names = pushes.filter(({ tag }) => tag !== null).map(({ repository, tag }) => `${repository}:${tag}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual(['library/alpine:latest']);
  });
});

describe('the right answers', () => {
  const expected = expectedAnswers(pushes);

  it('name the tags without arm64, those of a single image and of an index alike', () => {
    expect(expected.lackingArm64).toEqual([
      'platform/toolbox:mainframe',
      'team-a/checkout:2.0.0',
      'team-a/checkout:2.1.0',
      'team-a/search:0.8.0',
      'team-a/search:0.9.0',
      'team-a/search:stable',
      'team-a/storefront:5.5.0-rc.1',
      'team-b/mailer:3.1',
      'team-b/payments:2026.10',
      'team-b/reports:1',
      'team-b/reports:2',
      'team-b/reports:latest',
    ]);
  });

  it('say what a nested index and an index with attestations run on', () => {
    const platformsOf = (name: string) => expected.tags.get(name)?.platforms;
    expect(platformsOf('team-b/payments:2026.11')).toEqual([
      'linux/amd64',
      'linux/arm64',
      'windows/amd64:10.0.20348.2227',
    ]);
    expect(platformsOf('team-a/checkout:2.1.0')).toEqual(['linux/amd64']);
    expect(platformsOf('library/alpine:3.22')).toHaveLength(6);
    expect(expected.tags.get('library/alpine:latest')).toEqual(expected.tags.get('library/alpine:3.22'));
  });

  it('find one layer that more images share than any other', () => {
    expect(expected.sharedBy.length).toBeGreaterThan(12);
  });
});
