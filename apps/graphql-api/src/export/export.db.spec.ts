import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EXPORT_FIELDS } from '@strata/catalog';
import { askSmallCatalog } from '../testing/ask-small-catalog.js';
import { fixtures, minute } from '../testing/small-catalog.js';

const { api, db, answer } = askSmallCatalog();

beforeAll(async () => {
  await db().catalog.pool.query(`INSERT INTO finding (kind, severity, repository_id, tag_id, manifest_id, opened_at)
    SELECT 'legacy_format', 'medium', repository_id, id, manifest_id, now() FROM tag`);
});

function get(file: string, parameters: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${api().url}/export/${file}?${new URLSearchParams(parameters).toString()}`);
}

async function json(file: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const response = await get(file, parameters);
  expect(response.status).toBe(200);
  return response.json();
}

const FILTERS = [
  {},
  { platforms: { lacks: ['arm64'] } },
  { platforms: { hasAll: ['linux/amd64', 'linux/arm64'] }, registry: { eq: 'one.example' } },
  { format: ['OCI_INDEX'], not: { name: { eq: '3' } } },
  { layer: fixtures.baseAmd64.layers[0]?.digest },
  { or: [{ repository: { glob: 'team/*' } }, { size: { min: 1, max: '9223372036854775807' } }] },
];

describe('an export of tags', () => {
  it.each(FILTERS)('holds what the API answers to the same filter, in its order: %j', async (where) => {
    const asked = await answer(
      'query ($where: TagFilter) { tags(where: $where) { nodes { reference digest platforms { name } totalBytes pushedAt } } }',
      { where },
    );
    const { tags } = asked as { tags: { nodes: readonly { platforms: readonly { name: string }[] }[] } }; // as asked
    const nodes = tags.nodes.map((node) => ({ ...node, platforms: node.platforms.map(({ name }) => name) }));
    const fields = 'reference,digest,platforms,totalBytes,pushedAt';
    expect(await json('tags.json', { where: JSON.stringify(where), fields })).toEqual(nodes);
  });

  it('as of a moment holds what was there then', async () => {
    const rows = await json('tags.json', { asOf: minute(6).toISOString(), fields: 'reference,digest' });
    expect(rows).toContainEqual({ reference: 'one.example/team/web:gone', digest: fixtures.web1.digest });
    expect(rows).toContainEqual({ reference: 'one.example/team/web:stable', digest: fixtures.web1.digest });
  });

  it('as CSV has a header, safe lines, a type and a file name', async () => {
    const response = await get('tags.csv', { fields: 'name,platforms', where: '{"repository":{"eq":"library/base"}}' });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="strata-tags.csv"');
    const platforms = '"linux/amd64,linux/arm/v7,linux/arm64"';
    expect(await response.text()).toBe(`name,platforms\r\n3,${platforms}\r\nedge,${platforms}\r\n3,linux/amd64\r\n`);
  });
});

describe('an export of images and of layers', () => {
  it.each([{}, { platform: ['arm64'] }, { tagged: true }])('images hold what the API answers to %j', async (where) => {
    const asked = await answer(
      `query ($where: ImageFilter) { images(where: $where, orderBy: PUSHED_ASC) {
        nodes { digest platform { name } totalBytes firstSeenAt } } }`,
      { where },
    );
    const { images } = asked as { images: { nodes: readonly { platform: { name: string } }[] } }; // as asked
    const nodes = images.nodes.map((node) => ({ ...node, platform: node.platform.name }));
    const fields = 'digest,platform,totalBytes,firstSeenAt';
    expect(await json('images.json', { where: JSON.stringify(where), fields })).toEqual(nodes);
  });

  it.each([{}, { minImages: 2 }, { size: { min: 1 }, mediaType: ['application/vnd.oci.image.layer.v1.tar+gzip'] }])(
    'layers hold what the API answers to %j',
    async (where) => {
      const asked = await answer(
        `query ($where: LayerFilter) { layers(where: $where) { nodes { digest sizeBytes imageCount repositoryCount } } }`,
        { where },
      );
      const { layers } = asked as { layers: { nodes: readonly object[] } }; // as asked
      const fields = 'digest,sizeBytes,imageCount,repositoryCount';
      const rows = (await json('layers.json', { where: JSON.stringify(where), fields })) as readonly object[]; // our own
      expect(layers.nodes.length).toBeGreaterThan(0);
      expect(rows).toHaveLength(layers.nodes.length);
      expect(rows).toEqual(expect.arrayContaining([...layers.nodes]));
    },
  );

  it.each(Object.entries(EXPORT_FIELDS))('%s have every field that is told', async (kind, fields) => {
    const lines = (await (await get(`${kind}.jsonl`)).text()).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(Object.keys(JSON.parse(line) as object)).toEqual(fields);
  });
});

describe('a mistake', () => {
  it.each<[string, string, Record<string, string>, number, string, string | undefined]>([
    ['a file that there is none of', 'tags.xml', {}, 404, 'NOT_FOUND', undefined],
    ['a filter that is no JSON', 'tags.csv', { where: '{' }, 400, 'BAD_USER_INPUT', 'where'],
    ['an unknown field of a filter', 'tags.csv', { where: '{"nme":{}}' }, 400, 'BAD_USER_INPUT', 'where'],
    [
      'a platform deep inside',
      'tags.csv',
      { where: '{"and":[{"platforms":{"lacks":["amd64","quantum"]}}]}' },
      400,
      'BAD_USER_INPUT',
      'where.and[0].platforms.lacks[1]',
    ],
    ['an unknown column', 'tags.csv', { fields: 'name,secret' }, 400, 'BAD_USER_INPUT', 'fields[1]'],
    ['a column twice', 'tags.csv', { fields: 'name,name' }, 400, 'BAD_USER_INPUT', 'fields[1]'],
    ['an unknown parameter', 'layers.csv', { asOf: '{}' }, 400, 'BAD_USER_INPUT', 'asOf'],
    ['a moment that is none', 'tags.csv', { asOf: 'yesterday' }, 400, 'BAD_USER_INPUT', 'asOf'],
    [
      'a filter too deep',
      'tags.csv',
      { where: `${'{"not":'.repeat(30)}{}${'}'.repeat(30)}` },
      400,
      'INPUT_TOO_DEEP',
      undefined,
    ],
  ])('%s: is told before the first byte, with its place', async (_, file, parameters, status, code, argument) => {
    const response = await get(file, parameters);
    const { errors } = (await response.json()) as { errors: readonly { extensions: object }[] }; // our own shape
    expect([response.status, errors.map(({ extensions }) => extensions)]).toEqual([
      status,
      [argument === undefined ? { code } : { code, argument }],
    ]);
  });
});

it('a reader who goes away gives the connection back', async () => {
  const going = new AbortController();
  const response = await fetch(`${api().url}/export/tags.jsonl`, { signal: going.signal });
  going.abort();
  await response.text().catch(() => undefined);
  for (let count = 0; count < 10; count += 1) expect((await get('tags.csv')).status).toBe(200);
  const transactions = async (): Promise<number> => {
    const { rows } = await db().catalog.pool.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM pg_stat_activity
        WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()`,
    );
    return rows[0]?.open ?? 0;
  };
  for (let look = 0; look < 100 && (await transactions()) > 0; look += 1) await pause(50); // its server hears of it later
  expect(await transactions()).toBe(0);
});
