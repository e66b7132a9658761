import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { platformOf } from '../testing/platform-of.js';
import { hostVector, vectorPosition } from './host-vector.js';
import { formatPlatformName } from './platform-name.js';

describe('hostVector', () => {
  it.each([
    ['linux/amd64', 'amd64 386'],
    ['linux/amd64/v3', 'amd64/v3 amd64/v2 amd64 386'],
    ['linux/amd64/v1', 'amd64 386'],
    ['linux/386', '386'],
    ['linux/arm/v8', 'arm/v8 arm/v7 arm/v6 arm/v5'],
    ['linux/arm', 'arm/v7 arm/v6 arm/v5'],
    ['linux/arm/v6', 'arm/v6 arm/v5'],
    ['linux/arm/v5', 'arm/v5'],
    ['linux/arm64', 'arm64 arm/v8 arm/v7 arm/v6 arm/v5'],
    ['linux/arm64/v8.2', 'arm64/v8.2 arm64/v8.1 arm64 arm/v8 arm/v7 arm/v6 arm/v5'],
    [
      'linux/arm64/v9.2',
      'arm64/v9.2 arm64/v9.1 arm64/v9 arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64 ' +
        'arm/v8 arm/v7 arm/v6 arm/v5',
    ],
    [
      'linux/arm64/v9.7',
      'arm64/v9.7 arm64/v9.6 arm64/v9.5 arm64/v9.4 arm64/v9.3 arm64/v9.2 arm64/v9.1 arm64/v9 arm64/v8.9 arm64/v8.8 ' +
        'arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64 arm/v8 arm/v7 arm/v6 arm/v5',
    ],
    ['linux/arm64/v9.8', ''],
    ['linux/arm64/cortex', ''],
    ['linux/riscv64', 'riscv64'],
    ['linux/ppc64le/power9', 'ppc64le/power9'],
  ])('%s runs, best first: %s', (name, expected) => {
    expect(hostVector(platformOf(name)).map(formatPlatformName)).toEqual(
      expected.split(' ').flatMap((word) => (word === '' ? [] : [`linux/${word}`])),
    );
  });

  it.each([
    ['darwin/arm64', ['darwin/arm64', 'linux/arm64']],
    ['freebsd/arm/v6', ['freebsd/arm/v6', 'linux/arm/v6']],
    ['windows/amd64:10.0.20348.1', ['windows/amd64:10.0.20348.1']],
  ])('%s runs %j', (name, expected) => {
    expect(hostVector(platformOf(name)).map(formatPlatformName)).toEqual(expected);
  });

  it('starts with the host and stays short, whatever level a variant claims', () => {
    fc.assert(
      fc.property(fc.constantFrom('amd64', 'arm', 'riscv64'), fc.integer({ min: 0, max: 99_999 }), (name, level) => {
        const platform = platformOf(`linux/${name}/v${level}`);
        const vector = hostVector(platform);
        expect(vector[0]).toEqual(platform);
        expect(vector.length).toBeLessThanOrEqual(18);
      }),
    );
  });
});

describe('vectorPosition', () => {
  it.each([
    ['10.0.17763', '10.0.17763.5329', true],
    ['10.0.17763', '10.0.17764.1', false],
    ['10.0.17763', '10.0.20348.1', false],
    ['10.0.20348', '10.0.20348.2227', true],
    ['10.0.20348', '10.0.17763.1', false],
    ['10.0.20349', '10.0.20348.1', true],
    ['10.0.26100', '10.0.20348.1', true],
    ['10.0.26100', '10.0.26100.9', true],
    ['10.0.26100', '10.0.26101.1', false],
    ['10.0.26200', '10.0.26100.1', true],
    ['10.0.26200', '10.0.25398.1', false],
    ['10.0.26100', '10.1.26100.1', false],
    ['10.0.26100', 'ltsc2022', false],
    ['10.0.26100', null, true],
    ['ten', '10.0.17763.1', true],
  ])('a Windows host %s runs an image for %s: %s', (own, image, expected) => {
    const windows = { os: 'windows', architecture: 'amd64', variant: null, osFeatures: [] };
    const found = vectorPosition([{ ...windows, osVersion: own }], { ...windows, osVersion: image });
    expect(found === 0).toBe(expected);
  });

  it.each([
    ['linux', ['sgx'], [], true],
    ['linux', ['sgx'], ['sgx'], true],
    ['linux', [], ['sgx'], false],
    ['windows', [], ['win32k'], true],
  ])('on %s a host with %j runs an image that needs %j: %s', (os, own, needed, expected) => {
    const vector = hostVector(platformOf(`${os}/amd64`, own));
    expect(vectorPosition(vector, platformOf(`${os}/amd64`, needed)) >= 0).toBe(expected);
  });
});
