import { describe, expect, it } from '@jest/globals';
import { platformsDisagree } from './platforms-disagree.js';

const config = (words: object): Uint8Array => Buffer.from(JSON.stringify({ rootfs: {}, ...words }));

describe('an index and the config of a child', () => {
  it.each([
    ['another architecture', { os: 'linux', architecture: 'arm64' }, { os: 'linux', architecture: 'amd64' }],
    ['another system', { os: 'windows', architecture: 'amd64' }, { os: 'linux', architecture: 'amd64' }],
    [
      'another variant',
      { os: 'linux', architecture: 'arm', variant: 'v6' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ],
    [
      'another version of Windows',
      { os: 'windows', architecture: 'amd64', 'os.version': '10.0.1' },
      { os: 'windows', architecture: 'amd64', 'os.version': '10.0.2' },
    ],
    [
      'a variant that the other word implies',
      { os: 'linux', architecture: 'armhf' },
      { os: 'linux', architecture: 'arm', variant: 'v6' },
    ],
  ])('disagree on %s', (_, listed, own) => {
    expect(platformsDisagree(JSON.stringify(listed), config(own))).toBe(true);
  });

  it.each([
    ['says the same in other words', { os: 'linux', architecture: 'aarch64' }, { os: 'linux', architecture: 'arm64' }],
    [
      'alone names the variant',
      { os: 'linux', architecture: 'arm', variant: 'v6' },
      { os: 'linux', architecture: 'arm' },
    ],
    [
      'alone leaves the version out',
      { os: 'windows', architecture: 'amd64' },
      { os: 'windows', architecture: 'amd64', 'os.version': '10.0.2' },
    ],
    ['says nothing that names a platform', {}, { os: 'linux', architecture: 'arm64' }],
  ])('do not disagree where the index %s', (_, listed, own) => {
    expect(platformsDisagree(JSON.stringify(listed), config(own))).toBe(false);
  });

  it('do not disagree where the index is silent, or the config has no platform', () => {
    const listed = { os: 'linux', architecture: 'arm64' };
    expect(platformsDisagree(null, config(listed))).toBe(false);
    expect(platformsDisagree(JSON.stringify(listed), config({}))).toBe(false);
    expect(platformsDisagree(JSON.stringify(listed), Buffer.from('[1]'))).toBe(false);
    expect(platformsDisagree('{"os":"lin', config(listed))).toBe(false);
  });
});
