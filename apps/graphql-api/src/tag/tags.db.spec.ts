import { describe, expect, it } from '@jest/globals';
import { fixtures } from '../testing/small-catalog.js';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';

const { answer, api } = askSmallCatalog();

const ONE = 'one.example';
const { base, baseAmd64 } = fixtures;

async function references(where: object): Promise<readonly string[]> {
  const data = await answer('query($where: TagFilter) { tags(where: $where) { nodes { reference } } }', { where });
  return (data as { tags: { nodes: { reference: string }[] } }).tags.nodes.map(({ reference }) => reference);
}

describe('which tags lack arm64', () => {
  it('is answered with images only, in the order of their references', async () => {
    expect(await references({ platforms: { lacks: ['arm64'] } })).toEqual([
      `${ONE}/library/legacy:1`,
      `${ONE}/team/nested:1`,
      `${ONE}/team/web:stable`,
      `${ONE}/win/app:ltsc`,
      'two.example/library/base:3',
    ]);
  });

  it('says how many there are, and the platforms that they have', async () => {
    const data = await answer(
      '{ tags(where: {platforms: {lacks: ["arm64"]}}, first: 2) { totalCount nodes { reference platforms { name } } } }',
    );
    expect(data).toEqual({
      tags: {
        totalCount: 5,
        nodes: [
          { reference: `${ONE}/library/legacy:1`, platforms: [{ name: 'linux/amd64' }] },
          { reference: `${ONE}/team/nested:1`, platforms: [{ name: 'linux/amd64' }, { name: 'linux/s390x' }] },
        ],
      },
    });
  });
});

describe('a filter that is too large', () => {
  it('is refused with the place', async () => {
    const where = { and: [{ name: { eq: 'x'.repeat(5_000) } }] };
    const { errors } = await api().ask('query($where: TagFilter) { tags(where: $where) { nodes { name } } }', {
      where,
    });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'where.and[0].name.eq' } }]);
  });
});

describe('tags at a moment', () => {
  it('are counted and listed as they stood', async () => {
    const data = await answer(`{
      tags(asOf: "2026-11-21T09:06:30Z") { totalCount nodes { reference pushedAt } }
      coverage(by: [PLATFORM], asOf: "2026-11-21T09:01:30Z") { key tags }
    }`);
    expect(data).toMatchObject({ tags: { totalCount: 5 }, coverage: [{ tags: 1 }, { tags: 1 }, { tags: 1 }] });
  });
});

describe('tags', () => {
  const all = [
    `${ONE}/charts/app:1.0`,
    `${ONE}/library/base:3`,
    `${ONE}/library/base:edge`,
    `${ONE}/library/legacy:1`,
    `${ONE}/team/broken:1`,
    `${ONE}/team/nested:1`,
    `${ONE}/team/odd:1`,
    `${ONE}/team/web:stable`,
    `${ONE}/win/app:ltsc`,
    'two.example/library/base:3',
  ];

  it.each<[string, object, readonly string[]]>([
    ['nothing asked', {}, all],
    ['a registry', { registry: { eq: 'two.example' } }, ['two.example/library/base:3']],
    [
      'a repository by glob',
      { repository: { glob: 'team/*' }, name: { not: { eq: '1' } } },
      [`${ONE}/team/web:stable`],
    ],
    ['names', { name: { in: ['edge', 'ltsc'] } }, [`${ONE}/library/base:edge`, `${ONE}/win/app:ltsc`]],
    ['has', { platforms: { has: ['s390x', 'windows/amd64'] } }, [`${ONE}/team/nested:1`, `${ONE}/win/app:ltsc`]],
    [
      'has all',
      { platforms: { hasAll: ['aarch64', 'linux/arm/v7'] } },
      [`${ONE}/library/base:3`, `${ONE}/library/base:edge`],
    ],
    ['has none', { platforms: { hasNone: ['linux/amd64'] } }, [`${ONE}/win/app:ltsc`]],
    ['exactly', { platforms: { exactly: ['linux/amd64', 'arm64', 'linux/riscv64'] } }, []],
    ['exactly, in order of no matter', { platforms: { exactly: ['linux/arm', 'x86_64'] } }, [`${ONE}/team/web:stable`]],
    ['no platform at all', { platforms: { exactly: [] } }, [`${ONE}/charts/app:1.0`, `${ONE}/team/odd:1`]],
    ['a format', { format: ['DOCKER_SCHEMA2'] }, [`${ONE}/library/legacy:1`]],
    ['a digest', { digest: base.digest }, [`${ONE}/library/base:3`, `${ONE}/library/base:edge`]],
    [
      'a layer, through every depth of index',
      { layer: baseAmd64.layers[0]?.digest },
      [
        `${ONE}/library/base:3`,
        `${ONE}/library/base:edge`,
        `${ONE}/team/nested:1`,
        `${ONE}/team/web:stable`,
        'two.example/library/base:3',
      ],
    ],
    [
      'a referrer of any type, of itself or of an image in it',
      { referrer: { eq: '*' } },
      [`${ONE}/library/base:3`, `${ONE}/library/base:edge`, 'two.example/library/base:3'],
    ],
    ['a referrer of a type that there is none of', { referrer: { eq: 'application/none' } }, []],
    ['a base by its reference', { derivedFrom: `${ONE}/library/legacy:1` }, [`${ONE}/library/legacy:1`]],
    ['labels that nobody has', { labels: [{ key: 'no', value: { eq: 'such' } }] }, []],
    ['a time', { pushed: { from: '2026-11-21T09:12:00Z', to: '2026-11-21T09:13:00Z' } }, [`${ONE}/win/app:ltsc`]],
    [
      'either',
      { or: [{ name: { eq: 'edge' } }, { name: { eq: 'ltsc' } }] },
      [`${ONE}/library/base:edge`, `${ONE}/win/app:ltsc`],
    ],
    [
      'neither',
      { not: { platforms: { has: ['linux/amd64'] } } },
      [`${ONE}/charts/app:1.0`, `${ONE}/team/odd:1`, `${ONE}/win/app:ltsc`],
    ],
  ])('are found by %s', async (_, where, expected) => {
    expect(await references(where)).toEqual(expected);
  });

  it.each(['REFERENCE_ASC', 'REFERENCE_DESC', 'PUSHED_DESC', 'PUSHED_ASC', 'SIZE_DESC'])(
    'are each met once when one pages through them by %s',
    async (orderBy) => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const data = (await answer(
          'query($orderBy: TagOrder, $after: String) { tags(orderBy: $orderBy, first: 3, after: $after) { edges { cursor node { reference } } pageInfo { hasNextPage endCursor } } }',
          { orderBy, after },
        )) as {
          tags: {
            edges: { cursor: string; node: { reference: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
        seen.push(...data.tags.edges.map(({ node }) => node.reference));
        after = data.tags.pageInfo.hasNextPage ? data.tags.pageInfo.endCursor : null;
      } while (after !== null);
      expect([...seen].sort()).toEqual(all);
      if (orderBy === 'REFERENCE_ASC') expect(seen).toEqual(all);
      if (orderBy === 'PUSHED_ASC') expect(seen[0]).toBe(`${ONE}/library/base:3`);
      if (orderBy === 'PUSHED_DESC') expect(seen[0]).toBe('two.example/library/base:3');
    },
  );
});
