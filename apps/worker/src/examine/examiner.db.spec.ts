import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openCatalog, type Catalog } from '@strata/catalog';
import { aScene, freshDatabase, toWrite, type FreshDatabase, type Scene } from '@strata/catalog/testing';
import { digestOf } from '@strata/oci';
import { anImage } from '@strata/oci/testing';
import { openMetrics, type Metrics } from '../metrics.js';
import { openExaminer, type Examiner } from './examiner.js';

let database: FreshDatabase;
let scene: Scene;
let catalogs: readonly Catalog[];
let metrics: readonly Metrics[];
let examiners: readonly Examiner[];

beforeAll(async () => {
  database = await freshDatabase();
  scene = await aScene(database.catalog);
  catalogs = [1, 2].map(() => openCatalog({ databaseUrl: database.url, onError: () => undefined }));
  metrics = catalogs.map(openMetrics);
  examiners = catalogs.map((catalog, process) => {
    const onLot: Metrics['countLot'] = (lot, seconds) => metrics[process]?.countLot(lot, seconds);
    return openExaminer({
      catalog,
      now: () => new Date(),
      logger: { warn: () => undefined, error: () => undefined },
      onLot,
    });
  });
});
afterAll(async () => {
  for (const examiner of examiners) await examiner.close();
  for (const catalog of catalogs) await catalog.close();
  await database.drop();
});

async function writeRefused(name: string): Promise<void> {
  const bytes = Buffer.from(`{"name":"${name}"}`);
  await scene.write(await scene.repository('team/app'), toWrite({ ...anImage(), bytes, digest: digestOf(bytes) }));
}
async function findings(atLeast: number): Promise<number> {
  for (;;) {
    const { rows } = await database.catalog.pool.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM finding WHERE closed_at IS NULL',
    );
    if ((rows[0]?.n ?? 0) >= atLeast) return rows[0]?.n ?? 0;
    await pause(20);
  }
}
async function holders(): Promise<readonly number[]> {
  const { rows } = await database.catalog.pool.query<{ pid: number }>(
    `SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
      WHERE datname = current_database() AND locktype = 'advisory' AND objid = 7275003 AND granted`,
  );
  return rows.map(({ pid }) => pid);
}

it('one process examines at a time, and another goes on when its connection is gone', async () => {
  await writeRefused('first');
  expect(await findings(1)).toBe(1);
  const [holder, ...others] = await holders();
  expect(others).toEqual([]);
  await database.catalog.pool.query('SELECT pg_terminate_backend($1)', [holder]);
  await writeRefused('second');
  expect(await findings(2)).toBe(2);
  expect(await holders()).not.toContain(holder);
});

it('a scraper is told what was opened, and what waits', async () => {
  const read = () => Promise.all(metrics.map((each) => each.read()));
  const openedIn = (texts: readonly string[]): number =>
    texts
      .flatMap((text) => [...text.matchAll(/findings_opened_total\{kind="invalid_manifest"\} (\d+)/g)])
      .reduce((sum, [, count]) => sum + Number(count), 0);
  let texts = await read();
  for (; openedIn(texts) < 2; texts = await read()) await pause(20); // a lot is counted after its commit
  expect(openedIn(texts)).toBe(2);
  for (const text of texts) expect(text).toMatch(/^strata_finding_todo_rows \d+$/m);
  expect(texts.join('\n')).toMatch(/^strata_examination_seconds \d/m);
});
