import { readFile } from 'node:fs/promises';
import { deserialize } from 'node:v8';
import { openCatalog } from '@strata/catalog';
import fastify from 'fastify';
import type { Waves } from './recording.js';

// The limit of a question: the statements that answer it, through the same pool, their rows as JSON from a bare handler.
const catalog = openCatalog({ databaseUrl: process.env['DATABASE_URL'] ?? '' });
const questions = deserialize(await readFile(process.argv[2] ?? '')) as readonly (readonly Waves[])[]; // written by question-bench.ts
const app = fastify();
app.post<{ Params: { question: string; variant: string } }>('/:question/:variant', async ({ params }, reply) => {
  const answers: unknown[] = [];
  for (const wave of questions[Number(params.question)]?.[Number(params.variant)] ?? []) {
    const results = await Promise.all(
      wave.map(({ text, values }) => catalog.pool.query({ text, values: [...values] })),
    );
    answers.push(results.map(({ rows }) => rows.map(plain)));
  }
  return reply.type('application/json').send(JSON.stringify({ data: answers }));
});
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ ready: url });
process.once('SIGTERM', () => void app.close().then(() => catalog.close()));

/** JSON knows neither big integers nor bytes. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'bigint') row[name] = Number(value);
    else if (value instanceof Uint8Array) row[name] = Buffer.from(value).toString('hex');
  }
  return row;
}
