import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { recordEvents, recordSources } from '@strata/catalog';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { quarantineDelivery } from '@strata/registry-events';
import { aPush } from '@strata/registry-events/testing';
import { z } from 'zod';
import { runCommandLine } from './run-command-line.js';
import { recordedTools } from './testing/recorded-tools.js';

const receivedAt = new Date('2026-08-20T10:15:31Z');

let database: FreshDatabase;
let sourceId: number;
beforeAll(async () => {
  database = await freshDatabase();
  const registryHost = 'registry.example';
  const ids = await recordSources(database.catalog, [{ name: 'one', dialect: 'distribution', registryHost }]);
  sourceId = ids.get('one') ?? 0;
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.catalog.pool.query('TRUNCATE inbox');
  for (const event of [aPush(), quarantineDelivery(Buffer.from('{"events": [}'), 'BAD_JSON', 'cut')]) {
    await recordEvents(database.catalog, { sourceId, events: [event], receivedAt });
  }
});

async function run(...args: readonly string[]) {
  const { tools, out } = recordedTools({ DATABASE_URL: database.url });
  expect(await runCommandLine(args, tools)).toBe(0);
  return out();
}

const Row = z.object({ id: z.string(), state: z.string(), reason: z.string().nullable(), raw: z.base64() });

async function rows(...args: readonly string[]) {
  const lines = (await run('events', '--json', ...args)).split('\n').filter((line) => line !== '');
  return lines.map((line) => Row.parse(JSON.parse(line)));
}

describe('strata events', () => {
  it('shows what came in, newest first, one line each', async () => {
    const [titles, ...lines] = (await run('events')).trimEnd().split('\n');
    expect(titles).toMatch(/^ID +RECEIVED +SOURCE +STATE +REASON/);
    expect(lines.map((line) => line.split(/ {2,}/).slice(1, 4))).toEqual([
      [receivedAt.toISOString(), 'one', 'quarantined'],
      [receivedAt.toISOString(), 'one', 'new'],
    ]);
  });

  it('gives the bytes back as they came in', async () => {
    const [row] = await rows('--state', 'quarantined');
    expect(row).toMatchObject({ reason: 'BAD_JSON' });
    expect(Buffer.from(row?.raw ?? '', 'base64').toString()).toBe('{"events": [}');
  });

  it.each([
    [['--state', 'new'], 1],
    [['--state', 'new', '--state', 'quarantined'], 2],
    [['--source', 'two'], 0],
    [['--reason', 'BAD_JSON', '--state', 'new'], 0],
    [['--limit', '1'], 1],
  ] as const)('narrows the list with %j', async (args, count) => {
    expect(await rows(...args)).toHaveLength(count);
  });

  it('says that there is more than it shows', async () => {
    expect(await run('events', '--limit', '1')).toContain('Only the newest 1; --limit shows more.');
  });

  it('shows what a registry sent without obeying it', async () => {
    const actor = aPush({ repository: 'team/app' });
    const bell = { ...actor, action: 'push\u001b[2J\u0007' };
    await recordEvents(database.catalog, { sourceId, events: [bell], receivedAt });
    const shown = await run('events');
    expect(shown).toContain('push');
    expect(shown).not.toMatch(/[\u0007\u001b]/);
  });
});

describe('strata replay', () => {
  const give = (reason: string) =>
    database.catalog.pool.query(
      `UPDATE inbox SET state = 'quarantined', reason = $1, finished_at = now() WHERE state = 'new'`,
      [reason],
    );

  it('sends quarantined events on their way again, and only those', async () => {
    await give('EXHAUSTED');
    expect(await run('replay', '--all')).toBe('1 event is on the way again.\n');
    expect((await rows()).map(({ state }) => state)).toEqual(['quarantined', 'new']);
  });

  it('leaves alone what was not asked for', async () => {
    await give('EXHAUSTED');
    const [unreadable, exhausted] = await rows();
    expect(await run('replay', '--id', unreadable?.id ?? '')).toBe('0 events are on the way again.\n');
    expect(await run('replay', '--reason', 'BAD_JSON')).toBe('0 events are on the way again.\n');
    expect(await run('replay', '--source', 'two')).toBe('0 events are on the way again.\n');
    expect(await run('replay', '--id', exhausted?.id ?? '')).toBe('1 event is on the way again.\n');
  });
});

describe('strata migrate', () => {
  it('has nothing to do the second time', async () => {
    expect(await run('migrate')).toBe('Nothing to do.\n');
  });
});
