import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CursorError, formatCursor, parseCursor } from './cursor.js';

const json = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it('gives back the keys it was made of', () => {
    const key = fc.string({ unit: 'binary', maxLength: 100 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(key, fc.bigInt(0n, 10n ** 18n - 1n), (text, id) => {
        const cursor = formatCursor('tag.reference-asc', [text, String(id)]);
        expect(parseCursor(cursor, 'tag.reference-asc', ['text', 'integer'])).toEqual([text, String(id)]);
      }),
    );
  });

  it('is refused in another order, and says so', () => {
    const cursor = formatCursor('tag.pushed-asc', ['1', '2']);
    expect(() => parseCursor(cursor, 'tag.pushed-desc', ['instant', 'integer'])).toThrow(
      expect.objectContaining({ name: 'CursorError', reason: 'other-order' }),
    );
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['text that is no base64url', 'a b'],
    ['base64url that is no JSON', 'AAAA'],
    ['JSON that is no list', json({ 0: 'o' })],
    ['too few keys', json(['o', '1'])],
    ['too many keys', json(['o', '1', '2', '3'])],
    ['a number where a text belongs', json(['o', 1, '2'])],
    ['an id that is no number', json(['o', '1', 'x'])],
    ['an id beyond 64 bits', json(['o', '1', '9'.repeat(19)])],
    ['a moment that is none', json(['o', '2026-13-40', '2'])],
    ['more than any cursor holds', 'A'.repeat(5_000)],
  ])('is refused as damaged: %s', (_, cursor) => {
    expect(() => parseCursor(cursor, 'o', ['instant', 'integer'])).toThrow(CursorError);
  });
});
