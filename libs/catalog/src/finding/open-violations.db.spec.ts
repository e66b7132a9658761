import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction } from '../open-catalog.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { buildWorld } from '../testing/world/build-world.js';
import { writeWorld } from '../testing/world/write-world.js';
import { openFirstViolations, openViolations, type Violations } from './open-violations.js';
import { openFindings } from './write-findings.js';

const AT = new Date('2026-08-20T10:00:00Z');
const LATER = new Date('2026-08-21T10:00:00Z');

interface Tag {
  readonly tagId: bigint;
  readonly repositoryId: bigint;
  readonly manifestId: bigint;
}

let database: FreshDatabase;
let tags: readonly Tag[];
beforeAll(async () => {
  database = await freshDatabase();
  await writeWorld(database.catalog, buildWorld(3));
  tags = await rows<Tag>(`SELECT id AS "tagId", repository_id AS "repositoryId", manifest_id AS "manifestId"
    FROM tag WHERE manifest_id IS NOT NULL ORDER BY id`);
}, 60_000);
afterAll(() => database.drop());
beforeEach(() => database.catalog.pool.query('TRUNCATE finding, waiver, change'));

async function rows<Row extends object>(text: string): Promise<readonly Row[]> {
  return (await database.catalog.pool.query<Row>(text)).rows;
}

const violated = (about: readonly Tag[]): Violations => ({
  ...{ policyId: 7, severity: 'medium' },
  tagIds: about.map(({ tagId }) => tagId),
  manifestIds: about.map(({ manifestId }) => manifestId),
});
const open = (violations: Violations, tells = false, at = AT) =>
  inTransaction(database.catalog, (sql) => openViolations(sql, violations, { at, tells }));
const ALL = `SELECT id, kind, severity, policy_id, repository_id, tag_id, manifest_id, subject, detail, opened_at, closed_at
  FROM finding ORDER BY tag_id`;

describe('violations of a policy', () => {
  it('become one open finding about each tag, the same as when they are written one by one', async () => {
    expect(await open(violated(tags))).toBe(tags.length);
    expect(await rows(ALL)).toMatchObject(
      tags.map(({ tagId, repositoryId, manifestId }) => ({
        ...{ kind: 'policy', severity: 'medium', policy_id: 7, subject: '', detail: null },
        ...{ tag_id: tagId, repository_id: repositoryId, manifest_id: manifestId, opened_at: AT, closed_at: null },
      })),
    );
    const desired = tags.map((tag) => ({ ...tag, subject: '', detail: null, since: null }));
    const written = await inTransaction(database.catalog, (sql) =>
      openFindings(
        sql,
        desired.map((each) => ({ ...each, kind: 'policy', severity: 'medium', policyId: 7 })),
        { at: LATER, tells: true },
      ),
    );
    expect(written).toEqual([]);
  });

  it('are opened once, however often they are found, and of each policy', async () => {
    expect(await open(violated([...tags, ...tags]))).toBe(tags.length);
    const before = await rows(ALL);
    expect(await open(violated(tags), true, LATER)).toBe(0);
    expect(await rows(ALL)).toEqual(before);
    expect(await rows('SELECT id FROM change')).toEqual([]);
    expect(await open({ ...violated(tags), policyId: 8 })).toBe(tags.length);
  });

  it('that are open under another severity take the one that the policy has now, and nobody is told', async () => {
    await open(violated(tags.slice(0, 2)));
    const before = await rows<object>(ALL);
    expect(await open({ ...violated(tags.slice(0, 2)), severity: 'critical' }, true, LATER)).toBe(0);
    expect(await rows(ALL)).toEqual(before.map((row) => ({ ...row, severity: 'critical' })));
    expect(await rows('SELECT id FROM change')).toEqual([]);
  });

  it('of a tag that points at something else than was judged, or at nothing, are not opened', async () => {
    const [one, two, three] = tags;
    if (!one || !two || !three) throw new Error('a world with fewer than three live tags');
    const [gone] = await rows<{ id: bigint }>('SELECT id FROM tag WHERE manifest_id IS NULL LIMIT 1');
    if (!gone) throw new Error('a world without a tag that is gone');
    const moved = { ...two, manifestId: two.manifestId + 1_000_000n };
    expect(await open(violated([one, moved, { ...three, tagId: gone.id }]))).toBe(1);
    expect(await rows(ALL)).toMatchObject([{ tag_id: one.tagId }]);
  });

  it('are told of in the feed, each with its tag, where somebody is to be told', async () => {
    expect(await open(violated(tags), true)).toBe(tags.length);
    const opened = await rows<{ id: bigint; tag_id: bigint; manifest_id: bigint }>(
      'SELECT id, tag_id, manifest_id FROM finding ORDER BY id',
    );
    expect(await rows('SELECT kind, tag_id, to_manifest_id, finding_id, at FROM change ORDER BY id')).toEqual(
      opened.map(({ id, tag_id, manifest_id }) => ({
        ...{ kind: 'finding_opened', tag_id, to_manifest_id: manifest_id, finding_id: id, at: AT },
      })),
    );
  });

  it('are none where no tag is given', async () => {
    expect(await open(violated([]))).toBe(0);
  });
});

describe('first violations', () => {
  const first = (about: readonly Tag[], policyIds: readonly number[]) => {
    const pairs = about.flatMap((tag) => policyIds.map((policyId) => ({ ...tag, policyId })));
    return openFirstViolations(
      database.catalog.pool,
      {
        severity: 'medium',
        policyIds: pairs.map(({ policyId }) => policyId),
        repositoryIds: pairs.map(({ repositoryId }) => repositoryId),
        tagIds: pairs.map(({ tagId }) => tagId),
        manifestIds: pairs.map(({ manifestId }) => manifestId),
      },
      AT,
    );
  };
  const withoutIds = ALL.replace('id, ', '').replace('BY tag_id', 'BY tag_id, policy_id');

  it('of several policies become the same findings as one policy after the other', async () => {
    await open(violated(tags));
    await open({ ...violated(tags), policyId: 8 });
    const expected = await rows(withoutIds);
    await database.catalog.pool.query('TRUNCATE finding, waiver, change');
    expect(await first(tags, [7, 8])).toBe(2 * tags.length);
    expect(await rows(withoutIds)).toEqual(expected);
  });

  it('are refused, all of them, where one is open already', async () => {
    await open(violated(tags.slice(0, 1)));
    await expect(first(tags, [7])).rejects.toMatchObject({ code: '23505', constraint: 'finding_open_of_tag' });
    expect(await rows('SELECT id FROM finding')).toHaveLength(1);
  });
});
