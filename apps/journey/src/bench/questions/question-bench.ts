import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { openCatalog } from '@strata/catalog';
import { Agent } from 'undici';
import { z } from 'zod';
import { residentBytes } from '../../parts/resident-bytes.js';
import { startProduct } from '../../parts/start-product.js';
import { startProgram } from '../../parts/start-program.js';
import { closedLoop, type LoadResult } from '../load.js';
import { VARIANTS, type HotQuestion, type Variables } from './question.js';
import { startRecorder, type Waves } from './recording.js';
import { visitedRows, type Visited } from './visited-rows.js';

const CONNECTIONS = 32;

/** What one question took on one catalog. */
export interface MeasuredQuestion {
  readonly question: HotQuestion;
  readonly api: LoadResult;
  readonly bare: LoadResult;
  /** Of the way of asking that looked at most rows. */
  readonly visited: Visited;
}

/** What all of them took, and what the API weighed afterwards. */
export interface MeasuredCatalog {
  readonly questions: readonly MeasuredQuestion[];
  readonly apiBytes: number;
}

interface Prepared {
  readonly question: HotQuestion;
  readonly variants: readonly Variables[];
  readonly waves: readonly Waves[];
  readonly visited: Visited;
}

/**
 * Asks these questions over HTTP, in at most `variants` ways each, beside the statements that answer it behind a bare
 * handler; the two take turns.
 */
export async function measureQuestions(
  databaseUrl: string,
  questions: readonly HotQuestion[],
  options: { readonly roundMs: number; readonly rounds: number; readonly variants?: number },
): Promise<MeasuredCatalog> {
  const prepared = await prepare(databaseUrl, questions, options.variants ?? VARIANTS);
  const product = await startProduct({ databaseUrl, apps: ['graphql-api'], sources: () => [] });
  const bare = await startBare(databaseUrl, prepared);
  const sender = openAsker();
  try {
    const measured: MeasuredQuestion[] = [];
    for (const [index, { question, variants, visited }] of prepared.entries()) {
      const bodies = variants.map((variables) => JSON.stringify({ query: question.query, variables }));
      const ask = (url: (variant: number) => string) => (count: number) =>
        sender.post(url(count % bodies.length), bodies[count % bodies.length] ?? '');
      const results = await alternate(options, {
        api: ask(() => product.graphqlUrl),
        bare: ask((variant) => `${bare.url}/${index}/${variant}`),
      });
      measured.push({ question, visited, ...results });
    }
    return { questions: measured, apiBytes: await residentBytes(product.pidOf('graphql-api')) };
  } finally {
    await sender.close();
    await bare.end();
    await product.stop();
  }
}

async function prepare(
  databaseUrl: string,
  questions: readonly HotQuestion[],
  atMost: number,
): Promise<readonly Prepared[]> {
  const catalog = openCatalog({ databaseUrl, poolSize: 1 });
  const recorder = await startRecorder(databaseUrl);
  try {
    const prepared: Prepared[] = [];
    for (const question of questions) {
      const variants = (await question.variants(catalog.pool)).slice(0, atMost);
      if (variants.length === 0) throw new Error(`the catalog holds nothing to ask ${question.name} about`);
      const waves: Waves[] = [];
      const visits: Visited[] = [];
      for (const variables of variants) {
        const recorded = await recorder.record(question.query, variables);
        waves.push(recorded);
        visits.push(await visitedRows(catalog.pool, recorded));
      }
      const visited = visits.reduce((worst, next) => (next.rows > worst.rows ? next : worst));
      prepared.push({ question, variants, waves, visited });
    }
    return prepared;
  } finally {
    await recorder.stop();
    await catalog.close();
  }
}

type Send = (count: number) => Promise<boolean>;

async function alternate(
  { roundMs, rounds }: { readonly roundMs: number; readonly rounds: number },
  { api, bare }: { readonly api: Send; readonly bare: Send },
): Promise<{ readonly api: LoadResult; readonly bare: LoadResult }> {
  const round = (send: Send, durationMs: number) => closedLoop({ lines: CONNECTIONS, durationMs, send });
  await round(bare, roundMs / 4);
  await round(api, roundMs / 4);
  const results = { api: [] as LoadResult[], bare: [] as LoadResult[] };
  for (let count = 0; count < rounds; count += 1) {
    results.bare.push(await round(bare, roundMs));
    results.api.push(await round(api, roundMs));
  }
  return { api: bestOf(results.api), bare: bestOf(results.bare) };
}

/** The round that other programs on this machine disturbed least, with the failures of all. */
function bestOf(results: readonly LoadResult[]): LoadResult {
  const failures = results.reduce((sum, result) => sum + result.failures, 0);
  return { ...results.reduce((best, next) => (next.perSecond > best.perSecond ? next : best)), failures };
}

interface Bare {
  readonly url: string;
  end(): Promise<void>;
}

async function startBare(databaseUrl: string, prepared: readonly Prepared[]): Promise<Bare> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-bare-'));
  const file = join(folder, 'statements');
  await writeFile(file, serialize(prepared.map(({ waves }) => waves)));
  const program = await startProgram(
    process.execPath,
    [fileURLToPath(new URL('../../../dist/bench/questions/bare-questions.js', import.meta.url)), file],
    { env: { DATABASE_URL: databaseUrl, NODE_ENV: 'production' }, ipc: true },
  );
  const { ready } = z.object({ ready: z.string() }).parse(await program.message());
  await rm(folder, { recursive: true, force: true });
  return { url: ready, end: () => program.end() };
}

interface Asker {
  post(url: string, body: string): Promise<boolean>;
  close(): Promise<void>;
}

function openAsker(): Asker {
  const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 });
  const headers = { 'content-type': 'application/json' };
  return {
    async post(url, body) {
      const { origin, pathname } = new URL(url);
      const answer = await agent.request({ origin, path: pathname, method: 'POST', headers, body });
      const text = await answer.body.text();
      return answer.statusCode === 200 && !text.includes('"errors":[{');
    },
    close: () => agent.close(),
  };
}
