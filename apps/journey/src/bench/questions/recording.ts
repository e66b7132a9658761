import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { startProduct } from '../../parts/start-product.js';
import type { Variables } from './question.js';

/** One statement that the API sent, and the order of its beginning and its end among all that it sent. */
export interface RecordedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly began: number;
  readonly ended: number;
}

/** Statements that were under way together; each wave waits for the one before. */
export type Waves = readonly (readonly RecordedStatement[])[];

/** An API whose statements are written down. */
export interface Recorder {
  /**
   * Asks, checks that there is an answer, and gives the statements that it took: the second time, since an API that has
   * just begun also reads what it keeps.
   */
  record(query: string, variables: Variables): Promise<Waves>;
  /** The same for anything else that this API can be asked, such as an export. */
  recordWhile(ask: (apiUrl: URL) => Promise<unknown>): Promise<Waves>;
  stop(): Promise<void>;
}

/** Starts one on the given database. */
export async function startRecorder(databaseUrl: string): Promise<Recorder> {
  const folder = await mkdtemp(join(tmpdir(), 'strata-recording-'));
  const file = join(folder, 'statements');
  const hook = new URL('../../../dist/bench/questions/record-statements.js', import.meta.url).href;
  const product = await startProduct({
    databaseUrl,
    apps: ['graphql-api'],
    sources: () => [],
    env: { NODE_OPTIONS: `--import=${hook}`, STRATA_BENCH_RECORD: file },
  });
  const recorded = async (): Promise<readonly RecordedStatement[]> => {
    const text = await readFile(file, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => deserialize(Buffer.from(line, 'base64')) as RecordedStatement); // written by record-statements.ts
  };
  const recordWhile: Recorder['recordWhile'] = async (ask) => {
    const before = (await recorded()).length;
    await ask(new URL(product.graphqlUrl));
    return wavesOf((await recorded()).slice(before));
  };
  return {
    async record(query, variables) {
      await askForData(new URL(product.graphqlUrl), query, variables);
      return recordWhile((url) => askForData(url, query, variables));
    },
    recordWhile,
    async stop() {
      await product.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Throws unless everything that was asked for is there: a null is fast to answer. */
async function askForData(url: URL, query: string, variables: Variables): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const text = await answer.text();
  if (!answer.ok || text.includes('"errors":[{') || /^\{"data":\{"\w+":(?:null|\[\])\}/.test(text))
    throw new Error(`no answer to ${query} with ${JSON.stringify(variables)}: ${text.slice(0, 500)}`);
}

/** Cuts statements into waves. */
export function wavesOf(statements: readonly RecordedStatement[]): Waves {
  const waves: RecordedStatement[][] = [];
  let ends = 0;
  for (const statement of statements.toSorted((a, b) => a.began - b.began)) {
    const last = waves.at(-1);
    if (last !== undefined && statement.began < ends) {
      last.push(statement);
      ends = Math.max(ends, statement.ended);
    } else {
      waves.push([statement]);
      ends = statement.ended;
    }
  }
  return waves;
}
