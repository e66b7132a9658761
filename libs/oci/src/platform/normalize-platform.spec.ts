import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalizePlatform } from './normalize-platform.js';
import { formatPlatformName } from './platform-name.js';
import { isRunnablePlatform } from './platform.js';

const normal = (architecture: string, variant: string | null = null, os = 'linux'): string | null => {
  const platform = normalizePlatform({ os, architecture, variant });
  return platform && formatPlatformName(platform);
};

describe('normalizePlatform', () => {
  it.each<[string, string | null, string]>([
    ['i386', null, '386'],
    ['i386', 'v7', '386'],
    ['386', null, '386'],
    ['x86_64', null, 'amd64'],
    ['x86-64', 'v1', 'amd64'],
    ['amd64', 'v1', 'amd64'],
    ['amd64', 'v3', 'amd64/v3'],
    ['AMD64', 'V2', 'amd64/v2'],
    ['aarch64', null, 'arm64'],
    ['arm64', '8', 'arm64'],
    ['arm64', 'v8', 'arm64'],
    ['arm64', 'v8.0', 'arm64'],
    ['arm64', 'v8.1', 'arm64/v8.1'],
    ['arm64', '9', 'arm64/v9'],
    ['arm64', '9.0', 'arm64/v9'],
    ['aarch64', 'v9.0', 'arm64/v9'],
    ['arm64', 'v9.2', 'arm64/v9.2'],
    ['armhf', 'v6', 'arm/v7'],
    ['armel', null, 'arm/v6'],
    ['arm', null, 'arm/v7'],
    ['arm', '', 'arm/v7'],
    ['arm', '5', 'arm/v5'],
    ['arm', '6', 'arm/v6'],
    ['arm', '7', 'arm/v7'],
    ['arm', '8', 'arm/v8'],
    ['arm', 'v6', 'arm/v6'],
    ['ppc64le', 'power9', 'ppc64le/power9'],
    ['riscv64', 'rva20u64', 'riscv64/rva20u64'],
    ['Z80', null, 'z80'],
  ])('writes %s %s as containerd does', (architecture, variant, expected) => {
    expect(normal(architecture, variant)).toBe(`linux/${expected}`);
  });

  it.each([
    ['macOS', 'darwin'],
    ['Linux', 'linux'],
    ['windows', 'windows'],
  ])('writes the operating system %s as %s', (os, expected) => {
    expect(normal('amd64', null, os)).toBe(`${expected}/amd64`);
  });

  it.each([
    ['no operating system', { architecture: 'amd64' }],
    ['no architecture', { os: 'linux', architecture: '' }],
    ['a slash in a word, which would give two platforms one name', { os: 'linux/amd64', architecture: 'v3' }],
    ['a colon in a word', { os: 'linux', architecture: 'amd64:1' }],
    ['a NUL in a word', { os: 'linux\0', architecture: 'amd64' }],
    ['a NUL in the version', { os: 'linux', architecture: 'amd64', osVersion: '1\0' }],
    ['a lone surrogate in a feature', { os: 'linux', architecture: 'amd64', osFeatures: ['\ud800'] }],
    ['a word of 65 characters', { os: 'x'.repeat(65), architecture: 'amd64' }],
    ['a version of 129 characters', { os: 'linux', architecture: 'amd64', osVersion: '1'.repeat(129) }],
  ])('finds no platform in %s', (_, words) => {
    expect(normalizePlatform(words)).toBeNull();
  });

  it('accepts words and versions at their ceilings', () => {
    expect(normalizePlatform({ os: 'x'.repeat(64), architecture: 'a', osVersion: '1'.repeat(128) })).not.toBeNull();
  });

  it('sorts features and drops repeats', () => {
    const platform = normalizePlatform({ os: 'windows', architecture: 'amd64', osFeatures: ['win32k', 'a', 'win32k'] });
    expect(platform?.osFeatures).toEqual(['a', 'win32k']);
  });

  it('changes nothing the second time, whatever the words', () => {
    const known = fc.constantFrom(
      'linux',
      'macOS',
      'arm',
      'armhf',
      'armel',
      'arm64',
      'aarch64',
      'x86_64',
      'i386',
      'v1',
      'v8',
      '8',
      '9.0',
      '7',
    );
    const word = fc.oneof(known, fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.record({ os: word, architecture: word, variant: word, osVersion: word }), (words) => {
        const once = normalizePlatform(words);
        expect(once && normalizePlatform(once)).toEqual(once);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('isRunnablePlatform', () => {
  it.each([
    ['unknown', 'unknown', false],
    ['linux', 'unknown', false],
    ['unknown', 'amd64', false],
    ['linux', 'amd64', true],
    ['plan9', 'z80', true],
  ])('%s/%s: %s', (os, architecture, expected) => {
    const platform = normalizePlatform({ os, architecture });
    expect(platform && isRunnablePlatform(platform)).toBe(expected);
  });
});
