import { openCatalog, type Catalog } from '@strata/catalog';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { residentBytes, watchResidentBytes } from '../parts/resident-bytes.js';
import { startProduct } from '../parts/start-product.js';
import { openSeedDatabase } from '../seed/seed-database.js';
import type { SeedSizeName } from '../seed/seed-size.js';
import type { Figure } from './figure.js';
import { startRecorder } from './questions/recording.js';

const FILE = '/export/tags.csv?fields=reference,digest,platforms,totalBytes,pushedAt';
const ROUNDS = 2;

/** How fast all tags come out as CSV over HTTP, beside COPY of the same query, and what that takes of memory. */
export async function benchExport(size: SeedSizeName, tell: (step: string) => void): Promise<readonly Figure[]> {
  const database = await openSeedDatabase(size, '1', tell);
  const catalog = openCatalog({ databaseUrl: database.url, poolSize: 1 });
  try {
    const query = await recordExport(database.url);
    const api = await startProduct({ databaseUrl: database.url, apps: ['graphql-api'], sources: () => [] });
    try {
      const ours: Run[] = [];
      const copies: Run[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        copies.push(await copyOut(database.url, query));
        ours.push(await download(new URL(FILE, api.graphqlUrl), api.pidOf('graphql-api')));
      }
      return figuresOf(size, ours, copies, await countTags(catalog));
    } finally {
      await api.stop();
    }
  } finally {
    await catalog.close();
    await database.stop();
  }
}

interface Run {
  readonly lines: number;
  readonly perSecond: number;
  readonly grownBytes: number;
}

/** The query that the API declares its cursor for. */
async function recordExport(databaseUrl: string): Promise<string> {
  const recorder = await startRecorder(databaseUrl);
  try {
    const waves = await recorder.recordWhile(async (url) => (await fetch(new URL(FILE, url))).text());
    const declared = waves.flat().flatMap(({ text }) => /^DECLARE .*? FOR (.*)$/s.exec(text)?.[1] ?? []);
    const [query] = declared;
    if (query === undefined) throw new Error('the export declared no cursor');
    return query;
  } finally {
    await recorder.stop();
  }
}

async function copyOut(databaseUrl: string, query: string): Promise<Run> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await timed(client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT csv)`)));
  } finally {
    await client.end();
  }
}

async function download(url: URL, pid: number): Promise<Run> {
  const before = await residentBytes(pid);
  const memory = watchResidentBytes(pid);
  try {
    const { body } = await fetch(url);
    if (body === null) throw new Error('the export has no body');
    return { ...(await timed(body)), grownBytes: Math.max(0, memory.stop() - before) };
  } finally {
    memory.stop();
  }
}

async function timed(chunks: AsyncIterable<Uint8Array>): Promise<Run> {
  const startedAt = performance.now();
  let lines = 0;
  for await (const chunk of chunks)
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  return { lines, perSecond: (lines * 1_000) / (performance.now() - startedAt), grownBytes: 0 };
}

async function countTags({ pool }: Catalog): Promise<number> {
  const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM tag WHERE manifest_id IS NOT NULL');
  return rows[0]?.n ?? 0;
}

function figuresOf(size: SeedSizeName, ours: readonly Run[], copies: readonly Run[], tags: number): readonly Figure[] {
  if (ours.some(({ lines }) => lines !== tags + 1)) throw new Error('an export does not hold every tag');
  const best = (runs: readonly Run[]) => Math.max(...runs.map(({ perSecond }) => perSecond));
  return [
    {
      name: `${size}: export of all tags as CSV`,
      unit: 'rows/s',
      measured: best(ours),
      limit: { what: 'COPY TO STDOUT', measured: best(copies) },
      target: { kind: 'share of limit', atLeast: 0.3 },
    },
    {
      name: `${size}: memory that an export adds to the API`,
      unit: 'MB',
      measured: Math.max(...ours.map(({ grownBytes }) => grownBytes)) / 1e6,
      limit: null,
      target: { kind: 'at most', amount: 60 },
    },
  ];
}
