import { createHash } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

// The limit of the hook: the same bytes taken by a bare Fastify handler and committed with one INSERT, nothing else.
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
await pool.query('CREATE TABLE IF NOT EXISTS bare_inbox (id bigserial PRIMARY KEY, key bytea UNIQUE, raw bytea)');
const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post<{ Body: Buffer }>('/', async (request, reply) => {
  const key = createHash('sha256').update(request.body).digest();
  await pool.query('INSERT INTO bare_inbox (key, raw) VALUES ($1, $2) ON CONFLICT DO NOTHING', [key, request.body]);
  return reply.code(202).send();
});
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ ready: url });
process.once('SIGTERM', () => void app.close().then(() => pool.end()));
