import { describe, expect, it } from '@jest/globals';
import { openCopyEncoder } from './encode-copy.js';

const DOCUMENT = Buffer.alloc(1_000, 7);

describe('the binary COPY format', () => {
  it('keeps every byte of rows that outgrow a chunk', () => {
    const encoder = openCopyEncoder('manifest_document');
    for (let id = 1; id <= 2_000; id += 1) encoder.add([id, DOCUMENT]);
    const bytes = encoder.take();
    const rowBytes = 2 + 4 + 8 + 4 + DOCUMENT.length;
    expect(bytes).toHaveLength(2_000 * rowBytes);
    for (let row = 0; row < 2_000; row += 1) {
      expect(bytes.readBigInt64BE(row * rowBytes + 6)).toBe(BigInt(row + 1));
      expect(bytes.subarray(row * rowBytes + 18, (row + 1) * rowBytes).equals(DOCUMENT)).toBe(true);
    }
    expect(encoder.waitingBytes()).toBe(0);
  });

  it.each([0, 1, -1, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER])('writes %d as 64 bits', (value) => {
    const encoder = openCopyEncoder('manifest_document');
    encoder.add([value, null]);
    expect(encoder.take().readBigInt64BE(6)).toBe(BigInt(value));
  });

  it('refuses a row of another length and a value of another kind', () => {
    const encoder = openCopyEncoder('manifest_document');
    expect(() => encoder.add([1])).toThrow('2 columns');
    expect(() => encoder.add(['1', DOCUMENT])).toThrow('does not fit');
  });
});
