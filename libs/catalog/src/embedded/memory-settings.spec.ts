import { totalmem } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { memorySettings, usableMemoryBytes } from './memory-settings.js';

const GIGABYTE = 2 ** 30;

describe('the memory of an embedded server', () => {
  it.each([
    ['a quarter of the machine', 16 * GIGABYTE, '4096MB', '8192MB'],
    ['never so little that it cannot work', GIGABYTE / 4, '128MB', '128MB'],
    ['never more than is of use', 256 * GIGABYTE, '8192MB', '131072MB'],
  ])('is %s', (_, bytes, shared_buffers, effective_cache_size) => {
    expect(memorySettings(bytes)).toEqual({ shared_buffers, effective_cache_size });
  });

  it('is reckoned from what there is', () => {
    expect(usableMemoryBytes()).toBeGreaterThan(0);
    expect(usableMemoryBytes()).toBeLessThanOrEqual(totalmem());
  });
});
