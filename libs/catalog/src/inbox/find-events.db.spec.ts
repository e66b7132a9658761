import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { quarantineDelivery } from '@strata/registry-events';
import { aPush, someFacts } from '@strata/registry-events/testing';
import { recordSources } from '../source/record-sources.js';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { countEvents, findEventPage, findEvents, type EventFilter } from './find-events.js';
import { recordEvents } from './record-events.js';

const at = (minute: number) => new Date(Date.UTC(2026, 7, 20, 10, minute));

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  const ids = await recordSources(
    database.catalog,
    ['one', 'two'].map((name) => ({ name, dialect: 'distribution', registryHost: 'registry.example' })),
  );
  const record = (source: string, minute: number, event: Parameters<typeof recordEvents>[1]['events'][number]) =>
    recordEvents(database.catalog, { sourceId: ids.get(source) ?? 0, events: [event], receivedAt: at(minute) });
  await record('one', 0, aPush({ repository: 'team/app', nativeId: 'a' }));
  await record('one', 1, aPush({ repository: 'team/app_x', nativeId: 'b' }));
  await record('one', 2, { ...someFacts({ nativeId: 'c' }), kind: 'ignored', reason: 'PULL' });
  await record('two', 3, quarantineDelivery(Buffer.from('{'), 'BAD_JSON', 'cut'));
  await record('two', 4, aPush({ repository: 'other', nativeId: 'd', actor: 'ci' }));
});
afterAll(() => database.drop());

const minutesOf = async (where: EventFilter) =>
  (await findEvents(database.catalog, { where, first: 100 })).rows.map(({ receivedAt }) => receivedAt.getUTCMinutes());

describe('findEvents', () => {
  it.each<readonly [string, EventFilter, readonly number[]]>([
    ['everything, newest first', {}, [4, 3, 2, 1, 0]],
    ['one source', { source: ['two'] }, [4, 3]],
    ['no source', { source: [] }, []],
    ['a source that never was', { source: ['no\0ne'] }, []],
    ['states', { state: ['ignored', 'quarantined'] }, [3, 2]],
    ['reasons', { reason: ['PULL'] }, [2]],
    ['a repository by name', { repository: { eq: 'team/app' } }, [2, 0]],
    ['repositories by glob', { repository: { glob: 'team/*' } }, [2, 1, 0]],
    ['wildcards of SQL as plain text', { repository: { contains: 'p_' } }, [1]],
    ['another repository, rows without one included', { repository: { not: { startsWith: 'team/' } } }, [4, 3]],
    ['a time range, its end left out', { received: { from: at(1), to: at(3) } }, [2, 1]],
    ['fields joined by AND', { source: ['one'], state: ['new'], received: { from: at(1) } }, [1]],
  ])('finds %s', async (_title, where, expected) => {
    expect(await minutesOf(where)).toEqual(expected);
    expect(await countEvents(database.catalog.pool, where)).toBe(expected.length);
  });

  it('says when there is more than was asked for', async () => {
    expect((await findEvents(database.catalog, { first: 4 })).hasNextPage).toBe(true);
    expect((await findEvents(database.catalog, { first: 5 })).hasNextPage).toBe(false);
  });

  it('finds a row by its id', async () => {
    const [newest] = (await findEvents(database.catalog, { first: 1 })).rows;
    const found = await findEvents(database.catalog, { where: { id: [newest?.id ?? 0n] }, first: 9 });
    expect(found.rows).toEqual([newest]);
  });

  it('tells all there is to know about an event', async () => {
    const page = await findEvents(database.catalog, { where: { repository: { eq: 'other' } }, first: 1 });
    expect(page.rows).toEqual([
      {
        id: expect.any(BigInt),
        rootId: null,
        source: 'two',
        state: 'new',
        reason: null,
        detail: null,
        action: 'push',
        repository: 'other',
        tag: 'latest',
        digest: digestOf(Buffer.from('other:latest')),
        actor: 'ci',
        sourceTime: new Date('2026-08-20T10:15:30.123Z'),
        receivedAt: at(4),
        finishedAt: null,
        attempts: 0,
      },
    ]);
  });
});

describe('findEventPage', () => {
  it('gives pages that neither repeat nor skip', async () => {
    const minutes: number[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const page: Awaited<ReturnType<typeof findEventPage>> = await findEventPage(database.catalog.pool, {
        first: 2,
        after,
      });
      minutes.push(...page.rows.map(({ row }) => row.receivedAt.getUTCMinutes()));
      after = page.rows.at(-1)?.cursor ?? null;
      more = page.hasNextPage;
    }
    expect(minutes).toEqual([4, 3, 2, 1, 0]);
  });

  it('gives the rows that the plain list gives', async () => {
    const where: EventFilter = { source: ['one'], state: ['new'] };
    const page = await findEventPage(database.catalog.pool, { where, first: 10 });
    const { rows } = await findEvents(database.catalog, { where, first: 10 });
    expect(page.rows.map(({ row }) => row)).toEqual(rows);
    expect(rows).toHaveLength(2);
  });
});
