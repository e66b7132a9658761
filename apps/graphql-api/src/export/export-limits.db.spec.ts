import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@strata/catalog/testing';
import { rememberedQuestions } from '../persisted/persisted-questions.js';
import { startApi, type TestApi } from '../testing/start-api.js';

/** More than the buffers of both ends of a connection hold, so that an export waits for its reader. */
const LAYERS = 150_000;

let db: FreshDatabase;
let api: TestApi | undefined;
beforeAll(async () => {
  db = await freshDatabase();
  await db.catalog.pool.query(`INSERT INTO media_type (name) VALUES ('application/vnd.oci.image.layer.v1.tar+gzip')`);
  await db.catalog.pool.query(
    `INSERT INTO layer (digest, media_type_id, size_bytes)
     SELECT '\\x01'::bytea || sha256(number::text::bytea), (SELECT min(id) FROM media_type), number FROM generate_series(1, $1::int) AS number`,
    [LAYERS],
  );
  await db.catalog.pool.query(
    `INSERT INTO layer_use (layer_id, size_bytes, images, repositories) SELECT id, size_bytes, 1, 1 FROM layer`,
  );
}, 60_000);
afterEach(async () => {
  await api?.stop();
  api = undefined;
});
afterAll(() => db.drop());

async function start(limits = { atOnce: 3, stallMs: 60_000 }): Promise<TestApi> {
  api = await startApi(db.catalog, rememberedQuestions(), limits);
  return api;
}

/** Begins an export and reads nothing of it. */
async function begin({ url }: TestApi): Promise<IncomingMessage> {
  const request = httpGet(`${url}/export/layers.jsonl`);
  const [answer] = (await once(request, 'response')) as [IncomingMessage]; // the event's only argument
  return answer;
}

/** Whole is what ended with the last chunk of HTTP; Node keeps quiet about an end before anybody read. */
async function readAll(answer: IncomingMessage): Promise<{ readonly lines: number; readonly isWhole: boolean }> {
  let lines = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) for (const byte of chunk) lines += byte === 10 ? 1 : 0;
  } catch {
    // an end that came too early; `complete` says so too
  }
  return { lines, isWhole: answer.complete };
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 1_000; left > 0; left -= 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`it is not so after a long time: ${what}`);
}

const holdsNoConnection = () =>
  until('no connection is held', async () => {
    const { rows } = await db.catalog.pool.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM pg_stat_activity
        WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()`,
    );
    return rows[0]?.open === 0;
  });

const cutOffs = ({ log }: TestApi): number => log.filter((line) => line.includes('an export was cut off')).length;

describe('an export whose reader takes nothing', () => {
  it('waits for its reader, and is whole in the end', async () => {
    const answer = await begin(await start());
    expect(await readAll(answer)).toEqual({ lines: LAYERS, isWhole: true });
  });

  it('leaves room for two others; the next is told to come back, and is let in when one has ended', async () => {
    const running = await start();
    const open = await Promise.all([begin(running), begin(running), begin(running)]);
    const refused = await fetch(`${running.url}/export/layers.jsonl`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'BUSY' } }] });
    expect((await running.ask('{ registries { host } }')).errors).toEqual([]);
    for (const answer of open) answer.destroy();
    await holdsNoConnection();
    expect((await fetch(`${running.url}/export/layers.jsonl?where={"minImages":2}`)).status).toBe(200);
  });

  it('is cut off after the limit, gives its connection back, and the log says so', async () => {
    const running = await start({ atOnce: 1, stallMs: 50 });
    const answer = await begin(running);
    await until('it is cut off', () => cutOffs(running) > 0);
    await holdsNoConnection();
    expect(await readAll(answer)).toMatchObject({ isWhole: false });
    expect(cutOffs(running)).toBe(1);
  });
});

it('an export that loses its database is cut off, so that nobody takes a part for the whole', async () => {
  const running = await start();
  const answer = await begin(running);
  await db.catalog.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()`,
  );
  const { lines, isWhole } = await readAll(answer);
  expect([isWhole, lines < LAYERS]).toEqual([false, true]);
  expect(cutOffs(running)).toBe(1);
  expect((await running.ask('{ registries { host } }')).errors).toEqual([]);
});
