import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../testing/start-api.js';
import { unreachableCatalog } from '../testing/unreachable-catalog.js';

const { catalog } = unreachableCatalog();
let api: TestApi;

beforeAll(async () => {
  api = await startApi(catalog);
});

afterAll(async () => {
  await api.stop();
  await catalog.close();
});

describe('an argument that is ill-formed', () => {
  const where = 'query($where: TagFilter) { tags(where: $where) { totalCount } }';
  it.each<[string, string, object, string]>([
    ['a digest', '{ layer(digest: "sha256:XYZ") { id } }', {}, 'digest'],
    ['a digest in a variable', 'query($d: Digest!) { layer(digest: $d) { id } }', { d: 'md5:1' }, 'd'],
    ['a missing variable', 'query($d: Digest!) { layer(digest: $d) { id } }', {}, 'd'],
    [
      'a platform',
      '{ tags(where: {platforms: {lacks: ["amd64", "no/such/thing/at/all"]}}) { totalCount } }',
      {},
      'where.platforms.lacks[1]',
    ],
    [
      'a platform alone in its list',
      '{ tags(where: {platforms: {lacks: "quantum"}}) { totalCount } }',
      {},
      'where.platforms.lacks',
    ],
    [
      'a platform in a variable',
      where,
      { where: { platforms: { lacks: ['amd64', 'quantum'] } } },
      'where.platforms.lacks[1]',
    ],
    ['a time', '{ tags(where: {pushed: {from: "yesterday"}}) { totalCount } }', {}, 'where.pushed.from'],
    ['a size', where, { where: { size: { min: -1 } } }, 'where.size.min'],
    ['a size beyond 64 bits', where, { where: { size: { max: '9223372036854775808' } } }, 'where.size.max'],
    ['a word of no enum', '{ coverage(by: [PLATFORMS]) { tags } }', {}, 'by[0]'],
    ['a cursor', '{ tags(after: "bm90IG91cnM") { nodes { id } } }', {}, 'after'],
    ['a reference', '{ tag(reference: "UPPER//case") { id } }', {}, 'reference'],
    ['a reference by digest', `{ tag(reference: "a/b@sha256:${'0'.repeat(64)}") { id } }`, {}, 'reference'],
  ])('%s: is refused with BAD_USER_INPUT and the path to it', async (_, query, variables, argument) => {
    const { errors } = await api.ask(query, { ...variables });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument });
  });

  it('a cursor of another order is refused', async () => {
    const cursor = Buffer.from(JSON.stringify(['tag.pushed-desc', '1', '1'])).toString('base64url');
    const { errors } = await api.ask('query($c: String) { tags(after: $c) { nodes { id } } }', { c: cursor });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
    expect(errors[0]?.message).toContain('another order');
  });

  it('a field that is none is refused with what might be meant', async () => {
    expect(await api.ask('{ tag(reference: "a:1") { digets } }')).toMatchObject({
      status: 400,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    });
  });
});

describe('what is our own fault', () => {
  it('is hidden behind an id that the log shows, twenty times out of twenty', async () => {
    for (let i = 0; i < 20; i += 1) {
      const { errors, data } = await api.ask('{ registries { host } }');
      expect(data).toBeNull();
      const [error] = errors;
      const id = String(error?.extensions?.['id']);
      expect(error?.message).toBe(`something went wrong on our side; the log has it under ${id}`);
      expect(JSON.stringify(errors)).not.toMatch(/SELECT|127\.0\.0\.1|ECONN|node_modules|\.ts|\.js|at /);
      expect(api.log.filter((line) => line.includes(id) && line.includes('ECONNREFUSED'))).toHaveLength(1);
    }
  });
});
