import { describe, expect, it } from '@jest/globals';
import { nextQueryOf } from './next-query.js';

describe('the next page', () => {
  it.each<[string, string | string[] | undefined, string | null]>([
    ['no header', undefined, null],
    ['an empty header', '', null],
    ['a relative address', '</v2/a/tags/list?n=2&last=b>; rel="next"', 'n=2&last=b'],
    ['an absolute one', '<https://registry.example/v2/a/tags/list?last=b&n=2>; rel="next"', 'last=b&n=2'],
    ['another host, which is not asked', '<http://10.0.0.1/v2/_catalog?last=b>; rel="next"', 'last=b'],
    ['a path without its prefix', '</v2/a/tags/list?last=b>;rel="next"', 'last=b'],
    ['a query alone', '<?last=b>; rel="next"', 'last=b'],
    ['no quotes', '</v2/_catalog?last=b>; rel=next', 'last=b'],
    ['no brackets', '/v2/_catalog?last=b; rel="next"', 'last=b'],
    ['no relation', '</v2/_catalog?last=b>', 'last=b'],
    ['capitals', '</v2/_catalog?last=b>; REL="Next"', 'last=b'],
    ['several relations', '</v2/_catalog?last=b>; rel="next last"', 'last=b'],
    ['further parameters', '</v2/_catalog?last=b>; title="a, b; c"; rel="next"', 'last=b'],
    ['several links', '</x?last=a>; rel="prev", </x?last=c>; rel="next"', 'last=c'],
    ['several headers', ['</x?last=a>; rel="first"', '</x?last=c>; rel="next"'], 'last=c'],
    ['a comma in the address', '</x?last=a,b>; rel="next"', 'last=a,b'],
    [
      'a word of its own',
      '</v2/a/tags/list?n=50&next_page=gAAAAABk-_x%3D%3D>; rel="next"',
      'n=50&next_page=gAAAAABk-_x%3D%3D',
    ],
    ['a fragment', '</x?last=a#top>; rel="next"', 'last=a'],
    ['no query', '</v2/_catalog>; rel="next"', ''],
    ['another relation only', '</x?last=a>; rel="prev"', null],
  ])('behind %s', (_, link, query) => {
    expect(nextQueryOf(link === undefined ? {} : { link })).toBe(query);
  });
});
