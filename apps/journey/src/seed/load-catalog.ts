import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { openCatalog, recountTags } from '@strata/catalog';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { countSeed, isUncounted } from './count-seed.js';
import { COPY_HEADER, COPY_TRAILER, openCopyEncoder, type CopyEncoder } from './encode-copy.js';
import { generateCatalog } from './generate-catalog.js';
import { lacksFindings, seedFindings } from './seed-findings.js';
import type { SeedSize } from './seed-size.js';
import { columnsOf, SEED_TABLE_NAMES, type SeedTable } from './seed-tables.js';
import { SEEN_AFTER_MS } from './seed-tags.js';

/** Enough for COPY to work on while the next rows are made up. */
const SEND_FROM_BYTES = 128 * 1_024;
const TELL_EVERY = 2_000;

/** One table being filled, over a connection of its own. */
interface Filling {
  readonly table: SeedTable;
  readonly client: pg.Client;
  readonly encoder: CopyEncoder;
  readonly stream: Writable;
}

/**
 * Fills an empty, migrated database with a made-up catalog: one COPY per table at the same time, indexes built
 * afterwards, then what the cataloguer would have counted along the way, and statistics. Foreign keys are not checked
 * meanwhile, which takes a superuser; a spec shows that every one of them holds.
 */
export async function loadCatalog(
  databaseUrl: string,
  size: SeedSize,
  seed: string,
  tell: (step: string) => void = () => undefined,
): Promise<void> {
  const admin = await connect(databaseUrl);
  try {
    const indexes = await dropIndexes(admin);
    tell('making up and copying');
    await copyCatalog(databaseUrl, size, seed, tell);
    tell('building indexes');
    await admin.query(`SET maintenance_work_mem = '512MB'`);
    for (const definition of indexes) await admin.query(definition);
    tell('counting and analysing');
    await finishTables(admin);
    await countSeed(admin);
    await countLiveTags(databaseUrl, admin);
    tell('finding what is wrong');
    await seedFindings(databaseUrl, admin);
  } finally {
    await admin.end();
  }
}

/** What the triggers of `tag` would have noted, had the copying not gone past them. */
async function countLiveTags(databaseUrl: string, admin: pg.Client): Promise<void> {
  const catalog = openCatalog({ databaseUrl, poolSize: 1 });
  await recountTags(catalog).finally(() => catalog.close());
  await admin.query('VACUUM (ANALYZE) tag_count_todo, repository_tag_count, tag_count, coverage_count');
}

async function copyCatalog(
  databaseUrl: string,
  size: SeedSize,
  seed: string,
  tell: (step: string) => void,
): Promise<void> {
  const fillings = await Promise.all(SEED_TABLE_NAMES.map((table) => openFilling(databaseUrl, table)));
  const encoders = new Map(fillings.map(({ table, encoder }) => [table, encoder]));
  try {
    const sink = {
      row: (table: SeedTable, cells: Parameters<CopyEncoder['add']>[0]) => encoders.get(table)?.add(cells),
    };
    for (const written of generateCatalog(size, seed, sink)) {
      if (written % TELL_EVERY === 0) tell(`${written} of ${size.repositories} repositories`);
      const full = fillings.filter(({ encoder }) => encoder.waitingBytes() >= SEND_FROM_BYTES);
      for (const filling of full) await send(filling, filling.encoder.take());
    }
    await Promise.all(fillings.map(finish));
  } finally {
    await Promise.all(fillings.map(({ client }) => client.end()));
  }
}

async function openFilling(databaseUrl: string, table: SeedTable): Promise<Filling> {
  const client = await connect(databaseUrl);
  await client.query(`SET session_replication_role = replica`);
  const columns = columnsOf(table).map(([name]) => name);
  const stream = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`));
  stream.on('error', () => undefined); // whoever waits for the stream is told
  stream.write(COPY_HEADER);
  return { table, client, encoder: openCopyEncoder(table), stream };
}

async function send({ stream }: Filling, bytes: Buffer): Promise<void> {
  if (!stream.write(bytes)) await once(stream, 'drain');
}

async function finish(filling: Filling): Promise<void> {
  await send(filling, filling.encoder.take());
  const done = finished(filling.stream);
  filling.stream.end(COPY_TRAILER);
  await done;
}

/** Drops the indexes that no constraint stands on, and gives the statements that make them again. */
async function dropIndexes(admin: pg.Client): Promise<readonly string[]> {
  const { rows } = await admin.query<{ name: string; definition: string }>(
    `SELECT index.indexrelid::regclass::text AS name, pg_get_indexdef(index.indexrelid) AS definition
       FROM pg_index AS index
      WHERE index.indrelid = ANY ($1::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.indexrelid)
      ORDER BY 1`,
    [SEED_TABLE_NAMES],
  );
  for (const { name } of rows) await admin.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

/**
 * Brings a catalog that was loaded under older migrations to what it would be if it were loaded now, and tells the
 * planner. Where everything is counted only the latter.
 */
export async function renewCatalog(databaseUrl: string): Promise<void> {
  const admin = await connect(databaseUrl);
  try {
    if (await isUncounted(admin)) {
      await admin.query(
        `UPDATE tag_interval SET pushed_at = from_at - ${SEEN_AFTER_MS} * interval '1 ms' WHERE pushed_at IS NULL`,
      );
      await countSeed(admin);
    }
    await countLiveTags(databaseUrl, admin);
    if (await lacksFindings(admin)) await seedFindings(databaseUrl, admin);
    await admin.query('ANALYZE');
  } finally {
    await admin.end();
  }
}

/** Whether a catalog was not brought up to date after it met migrations, or was used by a worker since. */
export async function isOutdated(databaseUrl: string): Promise<boolean> {
  const admin = await connect(databaseUrl);
  try {
    const { rows } = await admin.query<{ noted: boolean }>('SELECT EXISTS (SELECT FROM tag_count_todo) AS noted');
    return rows[0]?.noted === true || (await isUncounted(admin)) || (await lacksFindings(admin));
  } finally {
    await admin.end();
  }
}

/** Sequences continue behind the ids that were given, and the planner learns what is there. */
async function finishTables(admin: pg.Client): Promise<void> {
  for (const table of SEED_TABLE_NAMES) {
    const hasId = columnsOf(table).some(([name]) => name === 'id');
    if (hasId) await admin.query(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), max(id)) FROM ${table}`);
    await admin.query(`VACUUM (FREEZE, ANALYZE) ${table}`);
  }
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined); // the statement under way is told
  await client.connect();
  return client;
}
