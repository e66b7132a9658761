import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesPlatform } from './matches-platform.js';
import { normalizePlatform } from './normalize-platform.js';
import { PlatformNameError, formatPlatformName, parsePlatformName } from './platform-name.js';
import type { Platform } from './platform.js';

function platform(
  os: string,
  architecture: string,
  variant: string | null = null,
  osVersion: string | null = null,
): Platform {
  const found = normalizePlatform({ os, architecture, variant, osVersion });
  if (found === null) throw new Error('not a platform');
  return found;
}

const STORED = [
  platform('linux', 'amd64'),
  platform('linux', 'amd64', 'v3'),
  platform('linux', '386'),
  platform('linux', 'arm64', 'v8'),
  platform('linux', 'arm64', 'v8.1'),
  platform('linux', 'arm64', 'v9'),
  platform('linux', 'arm', 'v6'),
  platform('linux', 'arm', 'v7'),
  platform('darwin', 'arm64'),
  platform('windows', 'amd64', null, '10.0.20348.2227'),
  platform('windows', 'amd64', null, '10.0.17763.1'),
  platform('wasip1', 'wasm'),
  platform('unknown', 'unknown'),
];

const found = (text: string): string[] =>
  STORED.filter((p) => matchesPlatform(parsePlatformName(text), p)).map(formatPlatformName);

describe('parsePlatformName', () => {
  it.each<[string, string, string[]]>([
    ['the plain platform and no variant of it', 'linux/arm64', ['linux/arm64']],
    ['the same for a name that normalises to it', 'linux/aarch64/v8', ['linux/arm64']],
    ['one variant', 'linux/arm64/v9', ['linux/arm64/v9']],
    ['the plain amd64 only', 'linux/amd64', ['linux/amd64']],
    ['arm/v7 when no variant of arm is said', 'linux/arm', ['linux/arm/v7']],
    ['arm/v6 when it is said', 'linux/arm/6', ['linux/arm/v6']],
    [
      'every system and variant for a bare architecture',
      'arm64',
      ['linux/arm64', 'linux/arm64/v8.1', 'linux/arm64/v9', 'darwin/arm64'],
    ],
    [
      'the same in upper case and by another name',
      'AARCH64',
      ['linux/arm64', 'linux/arm64/v8.1', 'linux/arm64/v9', 'darwin/arm64'],
    ],
    ['every arm for bare arm', 'arm', ['linux/arm/v6', 'linux/arm/v7']],
    ['the variant that a bare word names', 'armhf', ['linux/arm/v7']],
    ['the other variant that a bare word names', 'armel', ['linux/arm/v6']],
    ['i386 as 386', 'i386', ['linux/386']],
    ['any version when none is said', 'windows/amd64', ['windows/amd64:10.0.20348.2227', 'windows/amd64:10.0.17763.1']],
    ['one version when it is said', 'windows/amd64:10.0.20348.2227', ['windows/amd64:10.0.20348.2227']],
    ['a version of a bare architecture', 'amd64:10.0.17763.1', ['windows/amd64:10.0.17763.1']],
    ['macOS as darwin', 'macos/arm64', ['darwin/arm64']],
    ['an architecture of a runtime', 'wasm', ['wasip1/wasm']],
    ['nothing for unknown/unknown', 'unknown/unknown', []],
    ['nothing for a platform that nobody has', 'plan9/z80', []],
  ])('means %s: %s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    '',
    '/',
    'linux',
    'macos',
    'arm46',
    'unknown',
    'linux/',
    '/arm64',
    'linux//v7',
    'a/b/c/d',
    'linux/arm64:',
    'linux/a b',
    ' linux/arm64',
    `arm64:${'1'.repeat(129)}`,
    'linux/arm64\n',
  ])('refuses %j', (text) => {
    expect(() => parsePlatformName(text)).toThrow(PlatformNameError);
  });

  it('finds every runnable platform by its own name, and reads that name as nothing else', () => {
    const word = fc.stringMatching(/^[a-z0-9._+-]{1,8}$/);
    const maybe = fc.option(word, { nil: null });
    fc.assert(
      fc.property(word, word, maybe, maybe, (os, architecture, variant, osVersion) => {
        const stored = platform(os, architecture, variant, osVersion);
        const pattern = parsePlatformName(formatPlatformName(stored));
        expect(pattern).toEqual({
          os: stored.os,
          architecture: stored.architecture,
          variant: { is: stored.variant },
          osVersion: stored.osVersion,
        });
        expect(matchesPlatform(pattern, stored)).toBe(os !== 'unknown' && architecture !== 'unknown');
      }),
    );
  });

  it('throws nothing but PlatformNameError, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'linux/arm64:v8.') })), (text) => {
        try {
          parsePlatformName(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PlatformNameError);
        }
      }),
    );
  });
});
