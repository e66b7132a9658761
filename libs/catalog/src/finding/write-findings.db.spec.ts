import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction } from '../open-catalog.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { closeFindings, openFindings, type DesiredFinding } from './write-findings.js';

const AT = new Date('2026-08-20T10:00:00Z');
const LATER = new Date('2026-08-21T10:00:00Z');

const ofTag: DesiredFinding = {
  kind: 'legacy_format',
  severity: 'medium',
  policyId: null,
  repositoryId: 1n,
  tagId: 7n,
  manifestId: 70n,
  subject: '',
  detail: null,
  since: null,
};
const ofManifest: DesiredFinding = {
  ...ofTag,
  kind: 'invalid_manifest',
  tagId: null,
  detail: { code: 'SHAPE', message: 'it is a list' },
};

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.catalog.pool.query('TRUNCATE finding, waiver, change'));

const open = (desired: readonly DesiredFinding[], tells = true, at = AT) =>
  inTransaction(database.catalog, (sql) => openFindings(sql, desired, { at, tells }));
const close = (ids: readonly bigint[], tells = true) =>
  inTransaction(database.catalog, (sql) => closeFindings(sql, ids, { at: LATER, tells }));
async function rows(text: string): Promise<readonly object[]> {
  return (await database.catalog.pool.query<object>(text)).rows;
}
const told = () => rows('SELECT kind, tag_id, to_manifest_id, finding_id FROM change ORDER BY id');

describe('findings', () => {
  it.each([
    { about: 'a tag', desired: ofTag },
    { about: 'a manifest in a repository', desired: ofManifest },
  ])('about $about are opened once, however often they are found', async ({ desired }) => {
    const [opened] = await open([desired, desired]);
    expect(await open([desired], true, LATER)).toEqual([]);
    expect(await rows('SELECT id, kind, opened_at, closed_at FROM finding')).toEqual([
      { id: opened?.id, kind: desired.kind, opened_at: AT, closed_at: null },
    ]);
    expect(await told()).toEqual([
      { kind: 'finding_opened', tag_id: desired.tagId, to_manifest_id: 70n, finding_id: opened?.id },
    ]);
  });

  it('of one tag stand beside each other by kind, policy and subject', async () => {
    const policy = { ...ofTag, kind: 'policy', detail: null } as const;
    const several = [
      ofTag,
      { ...ofTag, subject: 'x' },
      { ...policy, policyId: 1 },
      { ...policy, policyId: 2 },
      { ...ofTag, tagId: 8n },
    ];
    expect(await open(several)).toHaveLength(several.length);
    expect(await open(several)).toEqual([]);
  });

  it('stay the same finding when their severity or detail changes, and nobody is told', async () => {
    const [opened] = await open([ofTag]);
    await open([{ ...ofTag, severity: 'high', detail: { platform: 'linux/arm64' } }], true, LATER);
    expect(await rows('SELECT id, severity, detail, opened_at FROM finding')).toEqual([
      { id: opened?.id, severity: 'high', detail: { platform: 'linux/arm64' }, opened_at: AT },
    ]);
    expect(await told()).toHaveLength(1);
  });

  it('begin when it began, where that is known', async () => {
    const since = new Date('2026-01-01T00:00:00Z');
    await open([{ ...ofTag, since }]);
    expect(await rows('SELECT opened_at FROM finding')).toEqual([{ opened_at: since }]);
  });

  it('are closed once, and opened anew when they are found again', async () => {
    const [first] = await open([ofTag]);
    const ids = [first?.id ?? 0n];
    expect(await close(ids)).toEqual([first]);
    expect(await close(ids)).toEqual([]);
    const [second] = await open([ofTag], true, LATER);
    expect(await rows('SELECT id, closed_at FROM finding ORDER BY id')).toEqual([
      { id: first?.id, closed_at: LATER },
      { id: second?.id, closed_at: null },
    ]);
    expect((await told()).map((change) => 'kind' in change && change.kind)).toEqual([
      'finding_opened',
      'finding_closed',
      'finding_opened',
    ]);
  });

  it('are not told of where nobody is to be told', async () => {
    const opened = await open([ofTag, ofManifest], false);
    await close(
      opened.map(({ id }) => id),
      false,
    );
    expect(await told()).toEqual([]);
  });
});
