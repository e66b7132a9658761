import { expect, it } from '@jest/globals';
import { recent } from './recent.js';

it('keeps what was asked for last, and no more than it may', () => {
  const texts = recent<string, number>(2);
  texts.set('a', 1);
  texts.set('b', 2);
  expect(texts.get('a')).toBe(1);
  texts.set('c', 3);
  expect(['a', 'b', 'c'].map(texts.get)).toEqual([1, undefined, 3]);
  texts.set('a', 4);
  expect(['a', 'c'].map(texts.get)).toEqual([4, 3]);
});
