import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../testing/start-api.js';
import { unreachableCatalog } from '../testing/unreachable-catalog.js';
import { LIMITS } from './limits.js';

const { catalog, statements } = unreachableCatalog();
let api: TestApi;

beforeAll(async () => {
  api = await startApi(catalog);
});

afterAll(async () => {
  await api.stop();
  await catalog.close();
});

const repeat = (n: number, part: (index: number) => string): string =>
  Array.from({ length: n }, (_, index) => part(index)).join(' ');

/** Fields inside each other, n deep. */
const nested = (n: number): string => `{ ${repeat(n - 1, () => 'layer {')} id ${'}'.repeat(n - 1)} }`;

/** A question of exactly n tokens. */
const tokens = (n: number): string =>
  `{ tags(where: { name: { in: [${repeat(n - 20, () => '"a"')}] } }) { totalCount } }`;

const bodyOf = (bytes: number): string => {
  const frame = JSON.stringify({ query: '{ __typename }', pad: '' });
  return JSON.stringify({ query: '{ __typename }', pad: 'x'.repeat(bytes - frame.length) });
};

describe('a question at its limit is answered, and one beyond is refused with status 400 and its own code', () => {
  it('tokens', async () => {
    expect((await api.ask(tokens(LIMITS.tokens))).codes).toEqual(['INTERNAL']); // reached the database
    const before = statements();
    expect(await api.ask(tokens(LIMITS.tokens + 1))).toMatchObject({ status: 400, codes: ['TOO_MANY_TOKENS'] });
    expect(statements()).toBe(before);
  });

  it('aliases', async () => {
    const aliases = (n: number): string => `{ ${repeat(n, (i) => `a${i}: __typename`)} }`;
    expect(await api.ask(aliases(LIMITS.aliases))).toMatchObject({ status: 200, data: { a14: 'Query' } });
    expect(await api.ask(aliases(LIMITS.aliases + 1))).toMatchObject({ status: 400, codes: ['TOO_MANY_ALIASES'] });
  });

  it('directives', async () => {
    const directives = (n: number): string => `{ ${repeat(n, () => '... @include(if: true) { __typename }')} }`;
    expect(await api.ask(directives(LIMITS.directives))).toMatchObject({ status: 200 });
    expect(await api.ask(directives(LIMITS.directives + 1))).toMatchObject({ codes: ['TOO_MANY_DIRECTIVES'] });
  });

  it('body', async () => {
    expect(await api.post(bodyOf(LIMITS.bodyBytes))).toMatchObject({ status: 200 });
    expect(await api.post(bodyOf(LIMITS.bodyBytes + 1))).toMatchObject({ status: 400, codes: ['BODY_TOO_LARGE'] });
  });

  it('depth', async () => {
    const deep = (n: number): string =>
      `{ tags { nodes { manifest { ... on Image { layers { layer { images { nodes { ${n === 9 ? 'platform { name }' : 'digest'} } } } } } } } } }`;
    expect((await api.ask(deep(8))).codes).not.toContain('TOO_DEEP');
    expect(await api.ask(deep(9))).toMatchObject({ status: 400, codes: ['TOO_DEEP'] });
    expect(await api.ask(nested(9))).toMatchObject({ status: 400, codes: ['TOO_DEEP'] });
  });

  it('depth, through fragments', async () => {
    const text =
      '{ ...A } fragment A on Query { tags { nodes { ...B } } } fragment B on Tag { manifest { tags { nodes { repository { registry { repositories { nodes { name } } } } } } } }';
    expect(await api.ask(text)).toMatchObject({ status: 400, codes: ['TOO_DEEP'] });
  });

  it('depth of an argument, in the text and in the variables', async () => {
    const not = (n: number): string => `${'{not: '.repeat(n)}{}${'}'.repeat(n)}`;
    expect((await api.ask(`{ tags(where: ${not(19)}) { totalCount } }`)).codes).toEqual(['INTERNAL']); // reached the database
    expect(await api.ask(`{ tags(where: ${not(20)}) { totalCount } }`)).toMatchObject({
      status: 400,
      codes: ['INPUT_TOO_DEEP'],
    });
    const value = (n: number): object => (n === 0 ? {} : { not: value(n - 1) });
    const query = 'query($where: TagFilter) { tags(where: $where) { totalCount } }';
    expect((await api.ask(query, { where: value(19) })).codes).toEqual(['INTERNAL']);
    expect(await api.ask(query, { where: value(20) })).toMatchObject({ status: 400, codes: ['INPUT_TOO_DEEP'] });
  });

  it('page, in the text, in a variable and in its default', async () => {
    for (const first of [0, -1, 101]) {
      expect(await api.ask(`{ tags(first: ${first}) { nodes { id } } }`)).toMatchObject({
        status: 400,
        codes: ['PAGE_SIZE'],
      });
      const query = `query($n: Int = ${first}) { tags(first: $n) { nodes { id } } }`;
      expect(await api.ask(query)).toMatchObject({ status: 400, codes: ['PAGE_SIZE'] });
      expect(await api.ask(query, { n: 1 })).toMatchObject({ codes: ['INTERNAL'] });
      expect(await api.ask('query($n: Int) { tags(first: $n) { nodes { id } } }', { n: first })).toMatchObject({
        codes: ['PAGE_SIZE'],
      });
    }
  });

  it('cost', async () => {
    // 1 for the list, then 100 times: 1 for the tag, 1 for its manifest, 1 for the list below, 46 or 47 for its tags
    const cost = (first: number): string =>
      `{ tags(first: 100) { nodes { manifest { tags(first: ${first}) { nodes { id } } } } } }`;
    expect((await api.ask(cost(46))).codes).toEqual(['INTERNAL']); // reached the database
    const before = statements();
    expect(await api.ask(cost(47))).toMatchObject({ status: 400, codes: ['TOO_COSTLY'] });
    const raws = repeat(3, (i) => `a${i}: events(first: 100) { nodes { raw } }`);
    expect(await api.ask(`{ ${raws} }`)).toMatchObject({ status: 400, codes: ['TOO_COSTLY'] });
    expect(statements()).toBe(before);
  });
});

describe('a question that is made to hurt', () => {
  const fields = repeat(
    7,
    (i) =>
      `fragment F${i} on Layer { ${`images { nodes { ... on Image { layers { layer { ...F${i + 1} } } } } } `.repeat(3)} }`,
  );
  it.each<[string, string, string]>([
    ['100,000 aliases', `{ ${repeat(100_000, (i) => `a${i}:__typename`)} }`, 'BODY_TOO_LARGE'],
    ['10,000 aliases of one letter', `{ ${repeat(6_000, () => 'a:__typename')} }`, 'BODY_TOO_LARGE'],
    ['as many aliases as a body holds', `{ ${repeat(4_500, () => 'a:__typename')} }`, 'TOO_MANY_TOKENS'],
    ['as many directives as a body holds', `{ __typename ${'@skip(if:false)'.repeat(4_000)} }`, 'TOO_MANY_TOKENS'],
    ['a fragment that contains itself', '{ ...A } fragment A on Query { ...A }', 'FRAGMENT_CYCLE'],
    [
      'fragments that contain each other',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
      'FRAGMENT_CYCLE',
    ],
    ['a list of brackets', `{ tags(where: ${'['.repeat(900)} `, 'GRAPHQL_PARSE_FAILED'],
    [
      'deep fragments that triple at every step',
      `{ layer(digest: "x") { ...F0 } } ${fields} fragment F7 on Layer { id }`,
      'TOO_DEEP',
    ],
    [
      'an abstract syntax tree in place of a text',
      JSON.stringify({ kind: 'Document', definitions: [] }),
      'GRAPHQL_PARSE_FAILED',
    ],
    [
      'deep introspection',
      `{ __schema { types { ${'fields { type { '.repeat(9)} name ${'} }'.repeat(9)} } } }`,
      'TOO_DEEP',
    ],
    ['a mutation that is not there', 'mutation { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a subscription over POST', 'subscription { changes }', 'OPERATION_NOT_SUPPORTED'],
  ])('%s: is refused in less than 50 ms', async (_, query, code) => {
    const body = JSON.stringify({ query });
    const before = statements();
    const tookMs: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const start = performance.now();
      expect(await api.post(body)).toMatchObject({ status: 400, data: null, codes: [code] });
      tookMs.push(performance.now() - start);
    }
    expect(Math.min(...tookMs)).toBeLessThan(50); // the best of five: other work on the machine is not the server's
    expect(statements()).toBe(before);
  });

  it('fragments spread as often as the tokens allow are priced and checked without repeating the work', async () => {
    const doubling = repeat(24, (i) => `fragment F${i} on Query { ${`...F${i + 1} `.repeat(16)} }`);
    const start = performance.now();
    await api.ask(`{ ...F0 } ${doubling} fragment F24 on Query { registries { host } }`);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
