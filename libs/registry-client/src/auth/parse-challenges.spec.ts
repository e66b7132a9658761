import { describe, expect, it } from '@jest/globals';
import { parseChallenges } from './parse-challenges.js';

const read = (...values: string[]) =>
  parseChallenges(values)?.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]) ?? null;

describe('parseChallenges', () => {
  it.each<[string, string[], unknown]>([
    ['nothing', [], []],
    [
      'one',
      ['Bearer realm="https://a/t",service="s",scope="repository:x:pull"'],
      [['bearer', { realm: 'https://a/t', service: 's', scope: 'repository:x:pull' }]],
    ],
    ['any letter case and order', ['bEaReR Scope="x" , REALM=y'], [['bearer', { scope: 'x', realm: 'y' }]]],
    [
      'several in one header',
      ['Basic realm="a, b", Bearer realm="c"'],
      [
        ['basic', { realm: 'a, b' }],
        ['bearer', { realm: 'c' }],
      ],
    ],
    [
      'several headers',
      ['Basic realm="a"', 'Bearer realm="b"'],
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'b' }],
      ],
    ],
    ['escaped quotes', ['Basic realm="a\\"b\\\\c"'], [['basic', { realm: 'a"b\\c' }]]],
    [
      'schemes with a token or nothing',
      ['NTLM TlRM/+==, Negotiate, Basic realm=a'],
      [
        ['ntlm', {}],
        ['negotiate', {}],
        ['basic', { realm: 'a' }],
      ],
    ],
    ['an empty parameter', ['Bearer realm=""'], [['bearer', { realm: '' }]]],
    ['an open quote', ['Bearer realm="x'], null],
    ['a parameter without a scheme', ['realm="x"'], null],
    ['the same parameter twice', ['Bearer realm="good", realm="evil"'], null],
    ['a control character', ['Bearer realm="x"\u0001'], null],
  ])('reads %s', (_, values, expected) => {
    expect(read(...values)).toEqual(expected);
  });
});
