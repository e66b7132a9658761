import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anImage, anIndex, type ManifestFixture } from '@strata/oci/testing';
import { inTransaction } from '../open-catalog.js';
import { recordMissing } from '../repository/record-missing.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { WORLD_WORDS, type WorldStep } from '../testing/world/build-world.js';
import { openWorld } from '../testing/world/write-world.js';
import type { ExaminationHold } from './hold-examination.js';
import { examineAll } from './testing/examine-all.js';
import { heldExamination } from './testing/held-examination.js';

const repository = { registry: WORLD_WORDS.registries[0], name: 'team/app' };
const [one, other] = ['one', 'other'].map((seed) => anImage({ seed })) as [ManifestFixture, ManifestFixture];
const index = anIndex({ entries: [one, other] });
const at = (minute: number) => new Date(Date.UTC(2026, 7, 1, 0, minute));

let db: FreshDatabase;
let hold: ExaminationHold;
let write: (step: WorldStep) => Promise<void>;
let minute: number;
beforeEach(async () => {
  db = await freshDatabase();
  hold = await heldExamination(db.catalog);
  minute = 0;
  const nothing = { layers: [], images: [], indexes: [], artifacts: [], steps: [] };
  write = await openWorld(db.catalog, { ...nothing, repositories: [repository] });
});
afterEach(async () => {
  await hold.release();
  await db.drop();
});

const next = () => ({ at: at((minute += 1)), repository });
const hear = (...manifests: readonly ManifestFixture[]) => write({ ...next(), kind: 'hold', manifests });
const move = (target: ManifestFixture) => write({ ...next(), kind: 'tag', tag: '1', target, pushedAt: null });
const lose = (manifest: ManifestFixture) => write({ ...next(), kind: 'gone', manifest });
const examine = () => examineAll({ hold, now: () => at(minute) });
const findings = async () => {
  const { rows } = await hold.sql.query<{ kind: string; opened: Date; closed: boolean }>(
    'SELECT kind, opened_at AS opened, closed_at IS NOT NULL AS closed FROM finding ORDER BY id',
  );
  return rows.map(({ kind, opened, closed }) => `${kind} ${opened.getUTCMinutes()}${closed ? ' closed' : ''}`);
};
const told = async () => {
  const { rows } = await hold.sql.query<{ kind: string }>(
    `SELECT kind FROM change WHERE finding_id IS NOT NULL ORDER BY xid, id`,
  );
  return rows.map(({ kind }) => kind);
};

describe('a tag that is rolled back again', () => {
  it('has another finding, so that the waiver of the first does not cover it', async () => {
    await hear(one, other);
    for (const target of [one, other, one]) await move(target);
    await examine();
    expect(await findings()).toEqual(['tag_rolled_back 4']);
    await move(other);
    await examine();
    expect(await findings()).toEqual(['tag_rolled_back 4 closed', 'tag_rolled_back 5']);
    expect(await told()).toEqual(['finding_opened', 'finding_closed', 'finding_opened']);
  });
});

describe('an index', () => {
  it('lacks nothing while its registry has not said so', async () => {
    await hear(one, index);
    await examine();
    expect(await findings()).toEqual([]);
  });

  it('lacks a child that nobody has ever seen, once its registry has said so, until the child comes', async () => {
    await hear(one, index);
    const source = await db.catalog.pool.query<{ id: number }>('SELECT id FROM source WHERE name = $1', [
      repository.registry,
    ]);
    const missing = { sourceId: source.rows[0]?.id ?? 0, repository: repository.name, digest: other.digest };
    await inTransaction(db.catalog, (sql) => recordMissing(sql, [missing]));
    await examine();
    expect(await findings()).toEqual(['broken_index 1']);
    await hear(other);
    await examine();
    expect(await findings()).toEqual(['broken_index 1 closed']);
  });

  it('that comes again lacks nothing until its registry is asked again', async () => {
    await hear(one, other, index);
    await lose(other);
    await examine();
    expect(await findings()).toEqual(['broken_index 2']);
    await lose(index);
    await hear(index);
    await examine();
    expect(await findings()).toEqual(['broken_index 2 closed']);
  });
});
