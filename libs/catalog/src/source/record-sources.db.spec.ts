import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { MAX_INSTANCES, recordInstance } from './record-instance.js';
import { recordSources, type ConfiguredSource } from './record-sources.js';

let database: FreshDatabase;
beforeAll(async () => void (database = await freshDatabase()));
afterAll(() => database.drop());

const source = (name: string, registryHost = 'registry.example'): ConfiguredSource => {
  return { name, dialect: 'distribution', registryHost };
};

async function all(table: string): Promise<readonly unknown[]> {
  return (await database.catalog.pool.query<object>(`SELECT * FROM ${table} ORDER BY 1, 2`)).rows;
}

describe('recordSources', () => {
  it('gives each source one row, however many processes start at once, and a second run changes nothing', async () => {
    const sources = ['c', 'a', 'b'].map((name) => source(name));
    const runs = await Promise.all(
      Array.from({ length: 6 }, (_, run) =>
        recordSources(database.catalog, run % 2 === 0 ? sources : sources.toReversed()),
      ),
    );
    for (const ids of runs) expect(new Map(ids)).toEqual(new Map(runs[0]));
    const before = [await all('source'), await all('registry')];
    await recordSources(database.catalog, sources);
    expect([await all('source'), await all('registry')]).toEqual(before);
    expect(before[0]).toHaveLength(3);
    expect(before[1]).toHaveLength(1);
  });

  it('keeps the id of a source whose registry moved', async () => {
    const before = await recordSources(database.catalog, [source('moving', 'old.example')]);
    const after = await recordSources(database.catalog, [source('moving', 'new.example:5000')]);
    expect(after).toEqual(before);
    const found = await database.catalog.pool.query(
      `SELECT host FROM source JOIN registry ON registry.id = registry_id WHERE name = 'moving'`,
    );
    expect(found.rows).toEqual([{ host: 'new.example:5000' }]);
  });

  it('has nothing to do without sources', async () => {
    expect(await recordSources(database.catalog, [])).toEqual(new Map());
  });
});

describe('recordInstance', () => {
  it('marks a source dirty when its registry was replaced, not when it is first heard of', async () => {
    const sourceId = (await recordSources(database.catalog, [source('restarting')])).get('restarting') ?? 0;
    const see = (instanceId: string, seconds: number) =>
      recordInstance(database.catalog, { sourceId, instanceId, seenAt: new Date(seconds * 1_000) });
    const dirtySince = async () =>
      (await database.catalog.pool.query<object>('SELECT dirty_since FROM source WHERE id = $1', [sourceId])).rows;

    expect(await see('first', 1)).toEqual({ isNew: true, marksDirty: false });
    expect(await see('first', 2)).toEqual({ isNew: false, marksDirty: false });
    expect(await dirtySince()).toEqual([{ dirty_since: null }]);
    expect(await see('second', 3)).toEqual({ isNew: true, marksDirty: true });
    expect(await see('second', 4)).toEqual({ isNew: false, marksDirty: false });
    await see('third', 5);
    expect(await dirtySince()).toEqual([{ dirty_since: new Date(5_000) }]); // of the last restart: only a crawl that began after it will do
  });

  it('remembers the latest lives of a registry and no more, whoever asks at the same time', async () => {
    const sourceId = (await recordSources(database.catalog, [source('restless')])).get('restless') ?? 0;
    const see = (life: number) =>
      recordInstance(database.catalog, { sourceId, instanceId: `life-${life}`, seenAt: new Date(life * 1_000) });
    for (let life = 0; life < MAX_INSTANCES; life += 1) await see(life);
    await Promise.all(Array.from({ length: 20 }, (_, extra) => see(MAX_INSTANCES + extra)));
    await see(MAX_INSTANCES + 20);
    const { rows } = await database.catalog.pool.query<{ oldest: Date; count: bigint }>(
      'SELECT min(first_seen_at) AS oldest, count(*) AS count FROM source_instance WHERE source_id = $1',
      [sourceId],
    );
    expect(rows).toEqual([{ oldest: new Date(21_000), count: BigInt(MAX_INSTANCES) }]);
  });
});
