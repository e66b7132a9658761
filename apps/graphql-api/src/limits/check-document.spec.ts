import { describe, expect, it } from '@jest/globals';
import { textCheck } from './check-document.js';
import { LIMITS } from './limits.js';

const MUTATION = 'mutation { revokeToken(id: "1") }';

describe('a text that was asked before', () => {
  it('is still refused over a transport that does not take it', () => {
    const check = textCheck();
    check(MUTATION, 'POST');
    check(MUTATION, 'POST');
    for (const transport of ['GET', 'WebSocket'] as const)
      expect(() => check(MUTATION, transport)).toThrow(`a mutation cannot be asked over ${transport}`);
  });

  it.each([
    ['beyond a limit', `{ ${Array.from({ length: LIMITS.aliases + 1 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    ['no GraphQL', '{'],
  ])('is refused again where it is %s', (_, text) => {
    const check = textCheck();
    for (let time = 0; time < 2; time += 1) expect(() => check(text, 'POST')).toThrow();
  });
});
